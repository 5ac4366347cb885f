import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPacer } from '../../source/core/pace.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a burst is free, then one is earned every waitMs, and never more than the burst', () => {
  const pacer = createPacer({ waitMs: 100, burst: 3 });
  for (let time = 0; time < 3; time += 1) {
    expect(pacer.waitMs()).toBe(0);
    pacer.count();
  }
  expect(pacer.waitMs()).toBe(100);
  vi.advanceTimersByTime(60);
  expect(pacer.waitMs()).toBeCloseTo(40);
  vi.advanceTimersByTime(40);
  expect(pacer.waitMs()).toBe(0);
  pacer.count();
  vi.advanceTimersByTime(100_000);
  for (let time = 0; time < 3; time += 1) pacer.count();
  expect(pacer.waitMs()).toBe(100);
});

test('slow work is followed by a rest of twice its time, and never by more than half a second', () => {
  const pacer = createPacer({ waitMs: 1, burst: 100 });
  pacer.took(30);
  expect(pacer.waitMs()).toBe(60);
  vi.advanceTimersByTime(45);
  expect(pacer.waitMs()).toBe(15);
  vi.advanceTimersByTime(15);
  expect(pacer.waitMs()).toBe(0);
  pacer.took(3_600_000);
  expect(pacer.waitMs()).toBe(500);
});
