import { expect, test } from 'vitest';
import {
  checkAnswers,
  checkFollows,
  checkPeople,
  checkStanding,
  checkWaiting,
} from '../../../source/session/doctor/check-people.ts';
import { examine } from '../../../source/session/doctor/doctor.ts';
import { factsOf, noon, personOf } from '../../support/doctor-facts.ts';

test('reports all ok for a contact with whom nothing is wrong', () => {
  const checks = checkPeople(factsOf());
  expect(checks.map(({ check, subject, state }) => [check, subject, state])).toEqual([
    ['answers', 'bob', 'ok'],
    ['waiting', 'bob', 'ok'],
    ['follows', 'bob', 'ok'],
  ]);
  expect(checks[0]?.text).toBe('last heard from 3 minutes ago, last answered 20 seconds ago');
});

test.each([
  [{ state: 'blocked' }, 'note', 1],
  [{ state: 'requested', request: 'received' }, 'note', 1],
  [{ state: 'requested', request: 'sent' }, 'note', 1],
  [{ state: 'revoked' }, 'problem', 4],
  [{ state: 'conflict' }, 'problem', 4],
  [{ unknownSince: noon - 1 }, 'problem', 4],
  [{ address: '' }, 'problem', 4],
] as const)('a contact who is %o is a %s, with %i checks', (given, state, count) => {
  const checks = checkPeople(factsOf({}, [personOf(given)]));
  expect(checks[0]).toMatchObject({ check: 'standing', subject: 'bob', state });
  expect(checks).toHaveLength(count);
  expect(checkStanding(personOf())).toBe(null);
});

test('shows tries, the reason and the next try for a contact who is away', () => {
  const away = { attempts: 4, nextTryAt: noon + 40_000, reason: 'nothing listens there' };
  const [check] = checkAnswers(personOf({ away, lastAnsweredAt: null }), noon);
  expect(check).toMatchObject({ state: 'note' });
  expect(check?.text).toBe(
    '4 tries failed: nothing listens there; the next is in 40 seconds; last heard from 3 minutes ago',
  );
  const proxy = { ...away, reason: 'the proxy does not answer' };
  expect(checkAnswers(personOf({ away: proxy }), noon)[0]?.hint).toContain('check the proxy');
  expect(check?.hint).not.toContain('proxy');
  const once = { ...away, attempts: 1, nextTryAt: noon };
  expect(checkAnswers(personOf({ away: once, lastHeardAt: null, lastAnsweredAt: null }), noon)[0]?.text).toBe(
    '1 try failed: nothing listens there; the next is now; never heard from',
  );
});

test('counts waiting messages, with the age of the first', () => {
  const waiting = checkWaiting(personOf({ queued: 2, waitsSince: noon - 3_600_000 }), noon);
  expect(waiting).toMatchObject({ state: 'note', text: '2 messages queued, the oldest for 1 hour' });
  expect(checkWaiting(personOf({ queued: 1 }), noon).text).toBe('1 message queued');
});

test('notes a contact that does not follow the newest key', () => {
  expect(checkFollows(personOf({ followed: false })).state).toBe('note');
});

test('checks everything: machine, home, people, in that order', () => {
  const names = examine(factsOf({}, [personOf(), personOf({ label: 'carol' })])).map(({ check, subject }) =>
    ['answers', 'waiting', 'follows'].includes(check) ? `${check} ${subject}` : check,
  );
  expect(names).toEqual([
    'listener', 'bound', 'address', 'interface', 'port', 'connection', 'disk', 'folders', 'passphrase', 'quarantine',
    'clock', 'key', 'events', 'answers bob', 'waiting bob', 'follows bob', 'answers carol', 'waiting carol', 'follows carol',
  ]); // prettier-ignore
});
