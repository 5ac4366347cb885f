import { expect, test } from 'vitest';
import { ahead, past } from '../../../source/ui/text/times.ts';
import { noon } from '../support/samples.ts';

const [second, hour] = [1000, 3600_000];

test.each([
  [0, 'just now'],
  [9 * second, 'just now'],
  [29 * second, '20 s ago'],
  [30 * second, 'at 11:59'],
  [hour, 'at 11:00'],
  // The clocks differ, or ours was set back.
  [-hour, 'just now'],
])('a time %i ms ago reads %o', (span, text) => {
  expect(past(noon - span, noon)).toBe(text);
});

test('a time before midnight keeps its time of day for twelve hours, then it was yesterday', () => {
  const evening = noon - 13 * hour;
  expect(past(evening, evening + 11 * hour)).toBe('at 23:00');
  expect(past(evening, noon)).toBe('yesterday');
  expect(past(evening, noon + 24 * hour)).toBe('2 d ago');
});

test('a time in the first hour of a day stays a time of day until that day ends', () => {
  const early = noon - 12 * hour + 60 * second;
  expect(past(early, noon + 11 * hour)).toBe('at 00:01');
  expect(past(early, noon + 13 * hour)).toBe('yesterday');
});

test.each([
  [-second, 'now'],
  [4 * second, 'now'],
  [31 * second, 'in 40 s'],
  [60 * second, 'at 12:01'],
])('a time in %i ms reads %o', (span, text) => {
  expect(ahead(noon + span, noon)).toBe(text);
});
