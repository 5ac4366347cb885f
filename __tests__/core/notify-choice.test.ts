import { expect, test } from 'vitest';
import { isMutedAt, isMuteOver, muteMs, notifyChoice, notifyState } from '../../source/core/notify-choice.ts';

const hour = 3_600_000;

test.each([
  ['all', { kind: 'all' }],
  ['NONE', { kind: 'none' }],
  ['8h', { kind: 'none', forMs: 8 * hour }],
  ['1d', { kind: 'none', forMs: 24 * hour }],
  ['30m', { kind: 'none', forMs: hour / 2 }],
  ['word lunch', { kind: 'word', word: 'lunch' }],
  ['word  fresh bread ', { kind: 'word', word: 'fresh bread' }],
  ['word', null],
  ['word ', null],
  ['25h', null],
  ['2d', null],
  ['0h', null],
  ['', null],
  ['sometimes', null],
])('%j is %j', (words, choice) => {
  expect(notifyChoice(words)).toEqual(choice);
});

test.each([
  ['1h', hour],
  ['24h', 24 * hour],
  ['1440m', 24 * hour],
  ['1441m', null],
  ['1', null],
  ['-1h', null],
  ['1.5h', null],
])('a mute for %j takes %s ms', (text, ms) => {
  expect(muteMs(text)).toBe(ms);
});

test.each([
  ['has not ended', 0, 8 * hour, hour, false],
  ['ends at its time', 0, 8 * hour, 8 * hour, true],
  ['has no end', null, null, 1e15, false],
  ['stays when the clock was put right by a minute', 10 * hour, 18 * hour, 10 * hour - 60_000, false],
  ['is over when the clock was set back to before it', 10 * hour, 18 * hour, 9 * hour, true],
  ['is over when it says nothing of its beginning', null, 18 * hour, 0, true],
  ['is over when it is longer than any can be', 0, Number.MAX_SAFE_INTEGER, hour, true],
])('a mute %s', (_why, mutedAt, mutedUntil, now, isOver) => {
  expect(isMuteOver({ mutedAt, mutedUntil }, now)).toBe(isOver);
});

test('the end of a mute counts at once', () => {
  expect(isMutedAt({ muted: true, mutedUntil: 5 }, 4)).toBe(true);
  expect(isMutedAt({ muted: true, mutedUntil: 5 }, 5)).toBe(false);
  expect(isMutedAt({ muted: true, mutedUntil: null }, 5)).toBe(true);
  expect(isMutedAt({ muted: false, mutedUntil: null }, 5)).toBe(false);
});

test.each([
  [{ muted: false, mutedUntil: null, notifyWord: null }, 'notifies you with every message'],
  [{ muted: true, mutedUntil: null, notifyWord: 'x' }, 'is muted'],
  [
    { muted: false, mutedUntil: null, notifyWord: 'lunch' },
    'notifies you only when a message has the word lunch',
  ],
])('%j: %s', (contact, words) => {
  expect(notifyState(contact, 0)).toBe(words);
});
