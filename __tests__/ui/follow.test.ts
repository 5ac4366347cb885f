import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore } from '../../source/core/state.ts';
import { follow } from '../../source/ui/follow.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a change after a pause is there at once, a stream of them every 50 ms, the last one always', () => {
  const source = createStore(0);
  const target = createStore(-1);
  const seen: number[] = [];
  target.subscribe(() => seen.push(target.get()));
  const end = follow(source, target, 50);
  expect(seen).toEqual([0]);
  vi.advanceTimersByTime(60);
  source.update(() => 1);
  expect(seen).toEqual([0, 1]);
  for (let count = 2; count <= 11; count++) {
    source.update(() => count);
    vi.advanceTimersByTime(10);
  }
  expect(seen).toEqual([0, 1, 6, 11]);
  vi.advanceTimersByTime(100);
  expect(target.get()).toBe(11);
  source.update(() => 12);
  end();
  source.update(() => 13);
  vi.advanceTimersByTime(100);
  expect(target.get()).toBe(12);
});
