import { expect, test } from 'vitest';
import { bar } from '../../../source/ui/dialogs/wire-letters.ts';
import { widthOf } from '../../../source/ui/text/cells.ts';

import english from '../../../source/ui/text/english-letters.json' with { type: 'json' };

test.each([
  [0, '    '],
  [0.0001, '▏   '],
  [0.25, '█   '],
  [0.375, '█▌  '],
  [0.5, '██  '],
  [0.97, '███▉'],
  [1, '████'],
  [7, '████'],
])('a bar of %f of four columns is «%s»', (part, drawn) => {
  expect(bar(part, 4)).toBe(drawn);
  expect(widthOf(bar(part, 4))).toBe(4);
});

test('a bar is exact to an eighth of a column', () => {
  const drawn = Array.from({ length: 9 }, (_, eighths) => bar(eighths / 8, 1));
  expect(drawn.join('')).toBe(' ▏▎▍▌▋▊▉█');
});

test('the frequencies of English are those of 26 letters in order, and add up to all of them', () => {
  expect(Object.keys(english).join('')).toBe('abcdefghijklmnopqrstuvwxyz');
  const sum = Object.values(english).reduce((total, percent) => total + percent, 0);
  expect(Math.abs(sum - 100)).toBeLessThan(0.02);
});
