import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isMutedAt } from '../../../source/core/notify-choice.ts';
import type { Contact } from '../../../source/core/types.ts';
import { createClockwork } from '../../../source/session/clockwork.ts';
import { mute, notify } from '../../../source/session/people/notify.ts';
import { reportContact } from '../../../source/session/people/show.ts';
import { contactOf, contactSummary } from '../../../source/store/contacts.ts';
import type { MortalClient } from '../../support/mortal-client.ts';
import { mortalPair } from '../../support/mortal-pair.ts';

const hour = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const reported = ({ context: { database } }: MortalClient): Contact =>
  reportContact(database, contactSummary(database, 1));

const stored = ({ context: { database } }: MortalClient) => {
  const { muted, mutedAt, mutedUntil, notifyWord } = contactOf(database, 1);
  return { muted, mutedAt, mutedUntil, notifyWord };
};

const free = { muted: 0, mutedAt: null, mutedUntil: null };

test('a mute for a time ends by itself, also in the database', async () => {
  const { alice } = await mortalPair();
  const now = Date.now();
  expect(await mute(alice.context, { contact: 'bob', muted: true, forMs: 8 * hour })).toMatchObject({
    muted: true,
    mutedUntil: now + 8 * hour,
  });
  vi.setSystemTime(now + 8 * hour - 1);
  const clockwork = createClockwork(alice.context);
  await clockwork();
  expect(reported(alice)).toMatchObject({ muted: true, mutedUntil: now + 8 * hour });
  vi.setSystemTime(now + 8 * hour);
  // Before the clockwork has looked, it counts as over.
  expect(isMutedAt({ muted: true, mutedUntil: now + 8 * hour }, Date.now())).toBe(false);
  expect(reported(alice)).toMatchObject({ muted: false, mutedUntil: null });
  vi.setSystemTime(now + 9 * hour);
  await clockwork();
  expect(stored(alice)).toMatchObject(free);
});

test.each([
  ['set back by years', -3 * 365 * 24 * hour, free],
  ['put right by a minute', -60_000, { muted: 1 }],
  ['set ahead by years', 3 * 365 * 24 * hour, free],
])('a clock that was %s', async (_what, step, expected) => {
  const { alice } = await mortalPair();
  const now = Date.now();
  await mute(alice.context, { contact: 'bob', muted: true, forMs: 24 * hour });
  vi.setSystemTime(now + step);
  await createClockwork(alice.context)();
  expect(stored(alice)).toMatchObject(expected);
  // The clock is right again: what was over stays over.
  vi.setSystemTime(now + hour);
  await createClockwork(alice.context)();
  expect(stored(alice)).toMatchObject(expected);
});

test('a mute lasts a day at most, and one without a time does not end', async () => {
  const { alice } = await mortalPair();
  const now = Date.now();
  await mute(alice.context, { contact: 'bob', muted: true, forMs: 100 * 24 * hour });
  expect(stored(alice).mutedUntil).toBe(now + 24 * hour);
  await mute(alice.context, { contact: 'bob', muted: true });
  vi.setSystemTime(now + 1000 * 24 * hour);
  await createClockwork(alice.context)();
  expect(stored(alice)).toMatchObject({ muted: 1, mutedAt: null, mutedUntil: null });
  await mute(alice.context, { contact: 'bob', muted: false, forMs: hour });
  expect(stored(alice)).toMatchObject(free);
});

test('a word is kept through a mute, until all messages count again', async () => {
  const { alice } = await mortalPair();
  expect(await notify(alice.context, { contact: 'bob', word: ' lunch ' })).toMatchObject({
    muted: false,
    notifyWord: 'lunch',
  });
  await mute(alice.context, { contact: 'bob', muted: true, forMs: hour });
  vi.setSystemTime(Date.now() + 2 * hour);
  await createClockwork(alice.context)();
  expect(stored(alice)).toEqual({ ...free, notifyWord: 'lunch' });
  await mute(alice.context, { contact: 'bob', muted: true });
  await notify(alice.context, { contact: 'bob', word: null });
  expect(stored(alice)).toEqual({ ...free, notifyWord: null });
});

test.each(['', '  ', '\u0301', 'x'.repeat(65)])('%j is no word to wait for', async (word) => {
  const { alice } = await mortalPair();
  await expect(notify(alice.context, { contact: 'bob', word })).rejects.toMatchObject({
    code: 'notify-word',
  });
  await expect(mute(alice.context, { contact: 'zoe', muted: true })).rejects.toMatchObject({
    code: 'contact-unknown',
  });
});
