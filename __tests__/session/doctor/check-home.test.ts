import { expect, test } from 'vitest';
import {
  checkBugs,
  checkClock,
  checkDisk,
  checkEvents,
  checkFolders,
  checkHome,
  checkKey,
  checkPassphrase,
  checkQuarantine,
} from '../../../source/session/doctor/check-home.ts';
import { examine } from '../../../source/session/doctor/doctor.ts';
import { factsOf, machineOf, noon, personOf } from '../../support/doctor-facts.ts';

test('reports all ok and advises nothing where nothing is wrong', () => {
  const checks = [...checkHome(machineOf()), checkClock(factsOf()), checkKey(factsOf())];
  expect(checks).toHaveLength(6);
  expect(checks.filter(({ state, hint }) => state !== 'ok' || hint !== '')).toEqual([]);
});

test.each([
  [0, 'problem'],
  [60 * 2 ** 20, 'problem'],
  [100 * 2 ** 20, 'note'],
  [2 ** 30 - 1, 'note'],
  [2 ** 30, 'ok'],
])('%i free bytes make the disk: %s', (freeBytes, state) => {
  expect(checkDisk(machineOf({ freeBytes })).state).toBe(state);
});

test('reports open folders as a problem, with the reason of their refusal', () => {
  const folders = { text: 'keys can be read by others', hint: 'chmod 700 keys' };
  expect(checkFolders(machineOf({ folders }))).toMatchObject({ state: 'problem', ...folders });
});

test('notes a missing passphrase, and files that were put aside', () => {
  expect(checkPassphrase(machineOf({ passphrase: false })).state).toBe('note');
  expect(checkQuarantine(machineOf({ quarantined: 1 })).text).toMatch(/^1 file could/u);
  expect(checkQuarantine(machineOf({ quarantined: 3 }))).toMatchObject({ state: 'note' });
});

test('a contact heard in the future shows that a clock is wrong, but a few minutes do not', () => {
  const heard = (ahead: number) =>
    checkClock(factsOf({}, [personOf(), personOf({ lastHeardAt: noon + ahead })]));
  expect(heard(4 * 60_000).state).toBe('ok');
  expect(heard(3 * 24 * 3600_000)).toMatchObject({
    state: 'problem',
    text: expect.stringContaining('3 days'),
  });
  expect(checkClock(factsOf({}, [personOf({ lastHeardAt: null, lastAnsweredAt: null })])).state).toBe('ok');
});

test('a revoked key is a problem', () => {
  expect(checkKey({ ...factsOf(), revoked: true }).state).toBe('problem');
});

test('notes a fault of the program, and says nothing while there was none', () => {
  expect(checkBugs(factsOf())).toEqual([]);
  const [check] = checkBugs({ ...factsOf(), bugs: 2 });
  expect(check).toMatchObject({
    check: 'bugs',
    state: 'note',
    text: expect.stringMatching(/^2 files could not be read because of a bug/u),
  });
  expect(examine({ ...factsOf(), bugs: 2 })).toContainEqual(check);
});

test('notes when no events report new files, and says nothing where no client runs', () => {
  expect(checkEvents({ ...factsOf(), hasEvents: true })).toMatchObject([{ state: 'ok' }]);
  expect(checkEvents({ ...factsOf(), hasEvents: false })).toMatchObject([
    { check: 'events', state: 'note', text: expect.stringContaining('every second') as string },
  ]);
  expect(checkEvents({ ...factsOf(), hasEvents: null })).toEqual([]);
});
