import { expect, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { soonMs, trackOf } from '../../source/outbox/track.ts';

test('what is left of the second after a try is never less than nothing', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const track = trackOf(new Map(), 1);
  track.triedAt = performance.now();
  expect(soonMs(track)).toBe(limits.retryFirstMs);
  vi.advanceTimersByTime(limits.retryFirstMs + 5);
  expect(soonMs(track)).toBe(0);
  vi.useRealTimers();
});
