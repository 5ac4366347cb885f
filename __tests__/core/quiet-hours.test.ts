import { afterEach, describe, expect, test } from 'vitest';
import { isQuietAt, isQuietHours } from '../../source/core/quiet-hours.ts';

const zone = process.env['TZ'];

afterEach(() => {
  process.env['TZ'] = zone ?? 'UTC';
});

test.each(['', '22:00-07:00', '9:00-17:30', '00:00-23:59', '23:59-0:00'])('%j is taken', (text) => {
  expect(isQuietHours(text)).toBe(true);
});

test.each(['22-7', '22:00', '24:00-07:00', '22:60-07:00', '22:00-22:00', '22:00–07:00', ' 22:00-07:00', '-'])(
  '%j is refused',
  (text) => {
    expect(isQuietHours(text)).toBe(false);
  },
);

describe('by the clock on the wall', () => {
  test.each([
    ['22:00-07:00', '21:59', false],
    ['22:00-07:00', '22:00', true],
    ['22:00-07:00', '23:59', true],
    ['22:00-07:00', '00:00', true],
    ['22:00-07:00', '06:59', true],
    ['22:00-07:00', '07:00', false],
    ['22:00-07:00', '12:00', false],
    ['09:00-17:30', '08:59', false],
    ['09:00-17:30', '09:00', true],
    ['09:00-17:30', '17:29', true],
    ['09:00-17:30', '17:30', false],
    ['23:59-00:00', '23:59', true],
    ['23:59-00:00', '00:00', false],
    ['', '03:00', false],
    ['nonsense', '03:00', false],
  ])('%s at %s: %s', (hours, time, isQuiet) => {
    process.env['TZ'] = 'UTC';
    expect(isQuietAt(hours, Date.parse(`2026-11-23T${time}:00Z`))).toBe(isQuiet);
  });

  test.each([
    // Spring: 02:00 becomes 03:00 at 01:00 UTC.
    ['02:00-04:00', '2026-03-29T00:59:00Z', false],
    ['02:00-04:00', '2026-03-29T01:00:00Z', true],
    ['02:00-04:00', '2026-03-29T01:59:00Z', true],
    ['02:00-04:00', '2026-03-29T02:00:00Z', false],
    // Hours that fall into the hour that is not there.
    ['02:00-03:00', '2026-03-29T00:59:00Z', false],
    ['02:00-03:00', '2026-03-29T01:00:00Z', false],
    // Autumn: 03:00 becomes 02:00 at 01:00 UTC, and the hour comes twice.
    ['02:30-03:00', '2026-10-25T00:30:00Z', true],
    ['02:30-03:00', '2026-10-25T01:00:00Z', false],
    ['02:30-03:00', '2026-10-25T01:30:00Z', true],
    ['02:30-03:00', '2026-10-25T02:00:00Z', false],
    ['22:00-07:00', '2026-10-25T05:59:00Z', true],
    ['22:00-07:00', '2026-10-25T06:00:00Z', false],
  ])('%s at %s in Berlin, where summer time begins and ends: %s', (hours, at, isQuiet) => {
    process.env['TZ'] = 'Europe/Berlin';
    expect(isQuietAt(hours, Date.parse(at))).toBe(isQuiet);
  });
});
