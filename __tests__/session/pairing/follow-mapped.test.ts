import { expect, test } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import { settleFrom } from '../../../source/session/pairing/follow-mapped.ts';

const [one, other] = ['93.184.216.34:8080', '93.184.216.35:8080'];
const aLittle = limits.mappedLookMs;

test('takes the first new place at once, and the next in ten minutes', () => {
  const settle = settleFrom('');
  expect(settle(one, 0)).toBe(one);
  expect(settle(one, aLittle)).toBeNull();
  expect(settle(other, 2 * aLittle)).toBeNull();
  expect(settle(other, limits.mappedTakeMs)).toBe(other);
});

test('announces a flapping place six times an hour at most', () => {
  const settle = settleFrom(one);
  let told = 0;
  for (let now = 0; now < 3_600_000; now += aLittle)
    if (settle(now % (2 * aLittle) === 0 ? one : other, now) !== null) told += 1;
  expect(told).toBeLessThanOrEqual(6);
});

test('drops a place that was absent for ten minutes, and keeps it when nothing could be read', () => {
  const settle = settleFrom(one);
  for (let now = 0; now < 2 * limits.mappedNoneMs; now += aLittle) expect(settle(null, now)).toBeNull();
  const since = 2 * limits.mappedNoneMs;
  expect(settle('', since)).toBeNull();
  expect(settle(one, since + aLittle)).toBeNull();
  expect(settle('', since + 2 * aLittle)).toBeNull();
  expect(settle('', since + limits.mappedNoneMs)).toBeNull();
  expect(settle('', since + 2 * aLittle + limits.mappedNoneMs)).toBe('');
});
