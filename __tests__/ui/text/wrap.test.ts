import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cells, fit, pad, shown, widthOf } from '../../../source/ui/text/cells.ts';
import { offsetAt, placeOf, wrap } from '../../../source/ui/text/wrap.ts';
import { printableLine } from '../../../source/core/printable.ts';

const forms: ReadonlyArray<readonly [string, string, number]> = [
  ['a', 'a', 1],
  ['❤️', '❤', 1],
  ['👍🏽', '👍', 2],
  ['👩‍👩‍👧‍👦', '👩', 2],
  ['🇩🇪', 'DE', 2],
  ['1️⃣', '1', 1],
  ['東', '東', 2],
  ['e\u0301', 'e\u0301', 1],
  ['ก\u0e33', 'ก\u0e4d\u0e32', 2],
  ['น\u0e49\u0e33', 'น\u0e4d\u0e49\u0e32', 2],
  ['ຄ\u0eb3', 'ຄ\u0ecd\u0eb2', 2],
  ['\u0301', '\u25cc\u0301', 1],
  ['\u0007', '\ufffd', 1],
  ['\u202e', '', 0],
];

test.each(forms)('%j is drawn as %j, %i columns', (cluster, drawn, width) => {
  expect(shown(cluster)).toBe(drawn);
  expect(stringWidth(drawn)).toBe(width);
  expect(widthOf(cluster)).toBe(width);
});

test('fit cuts between clusters and says that it cut', () => {
  expect(fit(printableLine('東京タワー'), 6)).toBe('東京…');
  expect(fit(printableLine('abc'), 3)).toBe('abc');
  expect(fit(printableLine('abc'), 0)).toBe('');
  expect(pad(printableLine('東'), 4)).toBe('東  ');
  expect(pad(printableLine('7'), 3, 'left')).toBe('  7');
});

const wraps: ReadonlyArray<readonly [string, number, readonly string[]]> = [
  ['', 5, ['']],
  ['one two three', 8, ['one two ', 'three']],
  ['one two', 7, ['one two']],
  ['one two    three', 7, ['one two', 'three']],
  ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
  ['a abcdefgh', 4, ['a ', 'abcd', 'efgh']],
  ['東京駅', 4, ['東京', '駅']],
  ['東京駅', 5, ['東京', '駅']],
  ['a\n\nb', 4, ['a', '', 'b']],
  ['a\n', 4, ['a', '']],
  ['a\tb', 10, ['a    b']],
  ['one\ttwo', 6, ['one', 'two']],
  ['\t\tdeep', 12, ['        deep']],
];

test.each(wraps)('%j in %i columns', (text, width, rows) => {
  expect(wrap(text, width).map((row) => row.text)).toEqual(rows);
});

test('law: rows are never too wide, lose nothing but blanks, and places lead back to their offsets', () => {
  const text = fc
    .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(' ', '\n', '東', '👩‍👩‍👧')))
    .map((parts) => parts.join('').replace(/(?!\n)\p{Control}/gu, ''));
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 20 }), (whole, width) => {
      const rows = wrap(whole, width);
      for (const row of rows) expect(stringWidth(row.text)).toBeLessThanOrEqual(width);
      for (const [at, row] of rows.entries()) {
        if (at > 0) expect(row.start - (rows[at - 1]?.end ?? 0)).toBeOneOf([0, 1]);
        expect(row.base + (row.cells.at(-1)?.end ?? row.start - row.base)).toBe(row.end);
        for (const cell of row.cells) {
          if (cell.width === 0) continue;
          const offset = row.base + cell.start;
          const place = placeOf(rows, offset);
          expect(place.row).toBe(at);
          expect(offsetAt(rows, place.row, place.column)).toBeLessThanOrEqual(offset);
        }
      }
      expect(rows.at(-1)?.end).toBe(whole.length);
    }),
  );
});

test('law: no drawn text contains a control character, whoever wrote it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const drawn = cells(text)
        .map((cell) => cell.text)
        .join('');
      expect(drawn).not.toMatch(/[\p{Control}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
