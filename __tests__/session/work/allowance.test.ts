import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import { allowanceOf, nearOnly } from '../../../source/session/work/allowance.ts';
import type { Database } from '../../../source/store/database.ts';

const { payerKeys, payerKeysASecond, nearKeys, ratchetKeys } = limits;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** A home of its own: only its identity counts. */
function home(): { database: Database } {
  return { database: {} as Database };
}

test('far messages are paid for until the budget is empty, near ones always go through', () => {
  const work = home();
  for (let spent = ratchetKeys; spent <= payerKeys; spent += ratchetKeys)
    expect(allowanceOf(work, 1).take(ratchetKeys)).toBe(true);
  expect(allowanceOf(work, 1).take(nearKeys + 1)).toBe(false);
  for (let n = 0; n < 10_000; n += 1) expect(allowanceOf(work, 1).take(nearKeys)).toBe(true);
  expect(allowanceOf(work, 2).take(ratchetKeys)).toBe(true);
  expect(allowanceOf(home(), 1).take(ratchetKeys)).toBe(true);
});

test('the budget fills with time, never above its size, and not by setting the clock', () => {
  const work = home();
  allowanceOf(work, 1).take(payerKeys);
  vi.setSystemTime(Date.now() + 365 * 24 * 3600 * 1000);
  expect(allowanceOf(work, 1).take(nearKeys + 1)).toBe(false);
  vi.advanceTimersByTime(1000);
  expect(allowanceOf(work, 1).take(payerKeysASecond + 1)).toBe(false);
  expect(allowanceOf(work, 1).take(payerKeysASecond)).toBe(true);
  vi.advanceTimersByTime(24 * 3600 * 1000);
  expect(allowanceOf(work, 1).take(payerKeys + 1)).toBe(false);
  expect(allowanceOf(work, 1).take(payerKeys)).toBe(true);
});

test('keys that a valid message did not need come back; a message that cost nothing brings nothing', () => {
  const work = home();
  const far = allowanceOf(work, 1);
  far.take(payerKeys);
  far.giveBack(payerKeys - 100);
  const near = allowanceOf(work, 1);
  near.take(nearKeys);
  near.giveBack(nearKeys);
  expect(allowanceOf(work, 1).take(payerKeys - 99)).toBe(false);
  expect(allowanceOf(work, 1).take(payerKeys - 100)).toBe(true);
});

test('through an invite or a card only near messages are tried', () => {
  expect([0, nearKeys, nearKeys + 1].map((keys) => nearOnly.take(keys))).toEqual([true, true, false]);
});
