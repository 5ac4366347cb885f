import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from '../../../source/core/printable.ts';
import { type Line, span } from '../../../source/ui/text/line.ts';
import { markHits } from '../../../source/ui/text/hits.ts';
import { wrap } from '../../../source/ui/text/wrap.ts';

/** Rows with what is marked in brackets. */
function marked(rows: readonly string[], wanted: string, columns = { from: 0, to: Infinity }): string[] {
  const lines = rows.map((row): Line => [span(printable(row))]);
  return markHits(lines, wanted, { ...columns, look: 'chosen' }).map((line) =>
    line.map(({ text, look }) => (look === 'chosen' ? `[${text}]` : text)).join(''),
  );
}

test.each([
  ['a word, whatever its case', ['the Fox and the fox'], 'FOX', ['the [Fox] and the [fox]']],
  ['a part of one', ['foxes'], 'ox', ['f[ox]es']],
  ['accents', ['caf\u00e9 and cafe\u0301'], 'CAFE', ['[caf\u00e9] and [cafe\u0301]']],
  ['accents that were asked for', ['cafe'], 'caf\u00e9', ['[cafe]']],
  ['wide letters', ['会いましょう、東京駅で'], '東京', ['会いましょう、[東京]駅で']],
  ['over the end of a row, at a blank', ['see the ', 'fox here'], 'the fox', ['see [the ]', '[fox] here']],
  ['over the end of a row, in a word', ['xxfo', 'xyy'], 'fox', ['xx[fo]', '[x]yy']],
  ['signs that would be operators', ['a.c abc (x|y)* \\d'], '(x|y)*', ['a.c abc [(x|y)*] \\d']],
  ['a dot only where there is one', ['a.c abc'], 'a.c', ['[a.c] abc']],
  ['nothing', ['the fox'], 'cat', ['the fox']],
  ['an empty text, nowhere', ['the fox'], ' ', ['the fox']],
])('marks %s', (_, rows, wanted, expected) => {
  expect(marked(rows, wanted)).toEqual(expected);
});

test('searches a text of a hundred thousand rows once', () => {
  // Counted, not timed: a search at every letter for every row would never come to an end here.
  const rows = Array.from({ length: 100_000 }, () => 'ab');
  expect(new Set(marked(rows, 'b'))).toEqual(new Set(['a[b]']));
});

test('marks only between its columns', () => {
  expect(marked(['fox fox fox'], 'fox', { from: 4, to: 8 })).toEqual(['fox [fox] fox']);
});

test('a link stays a link', () => {
  const line: Line = [{ text: printable('https://fox.example'), look: 'link', link: 'https://fox.example/' }];
  const [row = []] = markHits([line], 'fox', { from: 0, to: 80, look: 'chosen' });
  expect(row.map(({ link }) => link)).toEqual(Array.from({ length: 3 }, () => 'https://fox.example/'));
});

test('law: only looks change, whatever the text and the search', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      fc.integer({ min: 2, max: 20 }),
      (text, wanted, width) => {
        const rows = wrap(printable(text), width).map((row): Line => [span(row.text)]);
        const drawn = (lines: readonly Line[]): string[] =>
          lines.map((line) => line.map((one) => one.text).join(''));
        expect(drawn(markHits(rows, wanted, { from: 0, to: 999, look: 'chosen' }))).toEqual(drawn(rows));
      },
    ),
  );
});
