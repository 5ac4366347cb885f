import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore } from '../../../source/core/types.ts';
import { follow } from '../../../source/ui/desk/follow.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

test('shows a change after a pause as soon as there is nothing else to do, a stream every 50 ms, and always the last one', () => {
  const source = createStore(0);
  const target = createStore(-1);
  const seen: number[] = [];
  target.subscribe(() => seen.push(target.get()));
  const end = follow(source, target, { waitMs: 50, burst: 1 });
  expect(seen).toEqual([0]);
  vi.advanceTimersByTime(60);
  source.update(() => 1);
  expect(seen).toEqual([0]);
  vi.advanceTimersByTime(0);
  expect(seen).toEqual([0, 1]);
  for (let count = 2; count <= 11; count++) {
    source.update(() => count);
    vi.advanceTimersByTime(10);
  }
  expect(seen).toEqual([0, 1, 6, 11]);
  vi.advanceTimersByTime(100);
  expect(target.get()).toBe(11);
  source.update(() => 12);
  vi.advanceTimersByTime(0);
  source.update(() => 13);
  end();
  source.update(() => 14);
  vi.advanceTimersByTime(100);
  expect(target.get()).toBe(12);
});

test('shows a few changes in a row without a pause, then keeps the pace', () => {
  const source = createStore(0);
  const target = createStore(-1);
  const end = follow(source, target, { waitMs: 50, burst: 3 });
  for (const count of [1, 2, 3]) {
    source.update(() => count);
    vi.advanceTimersByTime(0);
    expect(target.get()).toBe(count);
  }
  source.update(() => 4);
  expect(target.get()).toBe(3);
  vi.advanceTimersByTime(50);
  expect(target.get()).toBe(4);
  end();
});
