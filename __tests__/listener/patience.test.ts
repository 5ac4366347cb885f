import { expect, test } from 'vitest';
import { createPatience } from '../../source/listener/patience.ts';

test('a wait that is cut on the way gets shorter, and shorter again if that is cut, too', () => {
  const patience = createPatience();
  expect(patience.seconds()).toBe(50);
  expect(patience.failed(30_100)).toBe(true);
  expect(patience.seconds()).toBe(15);
  patience.answered(true);
  expect(patience.failed(10_000)).toBe(true);
  expect(patience.seconds()).toBe(5);
  // Nobody asks more often than that.
  expect(patience.failed(5000)).toBe(false);
  expect(patience.seconds()).toBe(5);
});

test('a wait that breaks at once was not cut, and three cuts in a row are none', () => {
  const patience = createPatience();
  expect(patience.failed(200)).toBe(false);
  expect(patience.seconds()).toBe(50);
  expect([80_000, 80_000, 80_000, 80_000].map((ms) => patience.failed(ms))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(patience.seconds()).toBe(6);
});

test('many quiet waits in a row get longer; mail between them counts for nothing', () => {
  const patience = createPatience();
  patience.failed(30_000);
  for (let n = 0; n < 29; n += 1) patience.answered(true);
  patience.answered(false);
  expect(patience.seconds()).toBe(15);
  patience.answered(true);
  expect(patience.seconds()).toBe(30);
});
