import { expect, test } from 'vitest';
import { parseDuration } from '../../source/commands/duration.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['0s', 0],
  ['24h', 86_400_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 's', '-5s', '5 s', '1.5s', '5d', '25h', '999999999ms', '5s\n', '\u0665s', '5S'])(
  '%j is refused',
  (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'usage', exit: 2 }));
  },
);
