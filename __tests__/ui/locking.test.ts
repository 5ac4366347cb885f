import { expect, test } from 'vitest';
import type { Lock } from '../../source/core/door.ts';
import { ChatError } from '../../source/core/errors.ts';
import { printableLine } from '../../source/core/printable.ts';
import { until } from '../support/until.ts';
import { mountScreen, type Mounted } from './support/mount.ts';
import { expectFrame } from './support/golden.ts';
import { noon, sampleClient, sampleState, type Sample } from './support/samples.ts';

const minute = 60_000;

/** A screen on a client that locks after 15 minutes, and a clock that stands still until it is moved. */
function lockable(client = sampleClient()): {
  readonly mounted: Mounted;
  readonly pass: (ms: number) => void;
  readonly asked: Sample['asked'];
} {
  let now = noon;
  const unlock: Lock['unlock'] = (passphrase) =>
    passphrase === 'right' ? Promise.resolve(opened()) : Promise.reject(new ChatError('passphrase-wrong'));
  const opened = (): Sample => ({ ...client, lock: { ...client.lock, unlock } });
  const door = { kind: 'ready', open: () => Promise.resolve(opened()) } as const;
  const mounted = mountScreen(door, { now: () => now, settings: { lock_after: '15m' } });
  return { mounted, asked: client.asked, pass: (ms) => void (now += ms) };
}

function isLocked(asked: Sample['asked']): boolean {
  return asked.some(([name]) => name === 'lock');
}

test('a quarter of an hour without a key locks; the passphrase brings back the conversation and its draft', async () => {
  const { mounted, asked, pass } = lockable();
  await mounted.sees('on my way');
  mounted.type('\u001b2');
  await mounted.sees('write to carol');
  mounted.type('half a word');
  await mounted.sees('❯ half a word');
  const written = mounted.raw().length;
  pass(15 * minute);
  await mounted.sees('Unlock cryptochat');
  await until('the client is left', () => isLocked(asked));
  expect(mounted.raw().slice(mounted.raw().lastIndexOf('\u001b]2;'))).toMatch(/^\u001b\]2;cryptochat\u0007/u);
  await expectFrame(mounted, 'locked-80x24');
  for (const text of ['alice', 'bob', 'carol', 'unread', 'on my way', 'half a word']) {
    expect(mounted.screen()).not.toContain(text);
    expect(mounted.raw().slice(written)).not.toContain(text);
  }
  mounted.type('wrong\r');
  await mounted.sees('error: wrong passphrase');
  mounted.type('right\r');
  await mounted.sees('❯ half a word');
  await mounted.sees(/^ carol|│ carol/mu);
  expect(asked.filter(([name]) => name === 'openConversation').map(([, id]) => id)).toEqual([1, 2, 2]);
});

test('a key restarts the time; reports of the terminal do not', async () => {
  const nextTryAt = noon + 28.5 * minute;
  const reach = { kind: 'away' as const, attempts: 9, nextTryAt, reason: printableLine('') };
  const contacts = sampleState().contacts.map((contact) => ({ ...contact, keyChangedAt: null, reach }));
  const { mounted, asked, pass } = lockable(sampleClient(sampleState({ contacts })));
  await mounted.sees('on my way');
  pass(14 * minute);
  mounted.type('x');
  await mounted.sees('❯ x');
  pass(14 * minute);
  // The screen knows how late it is: by then the look that locks has been due as well.
  await mounted.sees('next try in 30 s');
  expect(isLocked(asked)).toBe(false);
  mounted.type('\u001b[O\u001b[I');
  pass(minute);
  await mounted.sees('Unlock cryptochat');
});

test('/lock and Alt+L lock at once, from a dialog as well', async () => {
  const { mounted, asked } = lockable();
  await mounted.sees('on my way');
  mounted.type('/lock\r');
  await mounted.sees('Unlock cryptochat');
  // Kept as a draft, it would be there again behind the door, and Enter would lock once more.
  expect(asked).not.toContainEqual(['keepDraft', [1, '/lock']]);
  mounted.type('right\r');
  await mounted.sees('on my way');
  await mounted.sees('write to bob');
  mounted.type('\u000f');
  await mounted.sees('PUBLIC KEY');
  mounted.type('\u001bl');
  await mounted.sees('Unlock cryptochat');
  expect(mounted.screen()).not.toContain('PUBLIC KEY');
});

test('does not lock without a passphrase, and says why', async () => {
  const { mounted, asked, pass } = lockable(sampleClient(sampleState({ passphrase: false })));
  await mounted.sees('on my way');
  mounted.type('/lock\r');
  await mounted.sees('error: this home has no passphrase to lock it with');
  await mounted.sees('hint: cryptochat passphrase sets one');
  pass(13 * 60 * minute);
  await mounted.sees('answered yesterday');
  expect(isLocked(asked)).toBe(false);
});

test('text sent, cut and undone before the lock is forgotten', async () => {
  const { mounted } = lockable();
  await mounted.sees('on my way');
  mounted.type('said before\r');
  await mounted.sees(/12:00 *\n.*┊ said before/u);
  mounted.type('cut away\u0015');
  mounted.type('\u001bl');
  await mounted.sees('Unlock cryptochat');
  mounted.type('right\r');
  await mounted.sees('write to bob');
  mounted.type('\u0019\u001b[A\u001f!');
  await mounted.sees('❯ !');
});

test('the answer of a call after the lock is ignored, even when it is a bug', async () => {
  const answer = Promise.withResolvers<never>();
  const { mounted } = lockable(sampleClient(sampleState(), { keys: () => answer.promise }));
  await mounted.sees('on my way');
  mounted.type('\u000f');
  await mounted.sees('reading…');
  mounted.type('\u001bl');
  await mounted.sees('Unlock cryptochat');
  answer.reject(new TypeError('the database is closed'));
  mounted.type('right\r');
  await mounted.sees('on my way');
});
