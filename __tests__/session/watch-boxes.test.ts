import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { OwnBox } from '../../source/core/own-box.ts';
import { createStore } from '../../source/core/types.ts';
import { writeMailboxes, writeReach } from '../../source/inbox/mailboxes.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { watchBoxes } from '../../source/session/watch-boxes.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { sampleState } from '../ui/support/samples.ts';

const place = '127.0.0.1:8080/b/AAAAAAAAAAAAAAAAAAAAAA';

/** The boxes that a client shows; time passes only when the test advances it. */
async function shown() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const inbox = await tempInbox();
  const state = createStore(sampleState());
  const box: OwnBox = { place, createdAt: Date.now(), answeredAt: Date.now(), reason: null };
  let [boxes, reads] = [[box], 0];
  const end = watchBoxes({ paths: { ...homePaths(inbox), inbox }, state }, () => {
    reads += 1;
    return Promise.resolve(boxes);
  });
  onTestFinished(end);
  await until('the box is shown', () => state.get().boxes.length === 1);
  return {
    inbox,
    reads: () => reads,
    away: () => state.get().boxes.map(({ isAway }) => isAway),
    answers: () => void (boxes = [{ ...box, answeredAt: Date.now() }]),
  };
}

test('a host that says nothing is away in time, and back when the listener reports an answer', async () => {
  const { inbox, away, answers } = await shown();
  expect(away()).toEqual([false]);
  await vi.advanceTimersByTimeAsync(limits.boxAwayMs);
  expect(away()).toEqual([false]);
  await vi.advanceTimersByTimeAsync(limits.boxStateLookMs);
  expect(away()).toEqual([true]);
  answers();
  await writeReach(inbox, []);
  await vi.advanceTimersByTimeAsync(limits.boxStateLookMs);
  expect(away()).toEqual([false]);
});

test('reads nothing while a host answers, until it could be away', async () => {
  const { inbox, reads, away, answers } = await shown();
  for (let passed = 0; passed < limits.boxAwayMs - limits.boxStateLookMs; passed += limits.boxStateLookMs) {
    answers();
    await writeReach(inbox, []);
    await vi.advanceTimersByTimeAsync(limits.boxStateLookMs);
  }
  expect(reads()).toBe(1);
  await vi.advanceTimersByTimeAsync(2 * limits.boxStateLookMs);
  expect([reads(), away()]).toEqual([2, [false]]);
});

test('shows at once that a mailbox was taken, and reads now and then without a sign', async () => {
  const { inbox, reads } = await shown();
  await writeMailboxes(inbox, []);
  await vi.advanceTimersByTimeAsync(limits.boxStateLookMs);
  expect(reads()).toBe(2);
  await vi.advanceTimersByTimeAsync(limits.boxAwayMs);
  const before = reads();
  await vi.advanceTimersByTimeAsync(limits.boxStateAgainMs + limits.boxStateLookMs);
  expect(reads()).toBeGreaterThan(before);
});
