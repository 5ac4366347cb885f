import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from '../../../source/core/printable.ts';
import { lineWidth } from '../../../source/ui/text/line.ts';
import { laidOut } from '../../../source/ui/text/parts.ts';
import { hostileStrings } from '../../support/hostile-strings.ts';

/** The rows of a text, with dim pieces in angle brackets. */
function rowsOf(text: string, width = 20): string[] {
  return laidOut(printable(text), width).map(({ spans }) =>
    spans.map(({ text: piece, look }) => (look === 'dim' ? `<${piece}>` : piece)).join(''),
  );
}

const texts: ReadonlyArray<readonly [name: string, text: string, rows: readonly string[]]> = [
  ['a text as it is', 'one\n\ntwo', ['one', '', 'two']],
  ['a quote with a bar, dim', '> what?\nthat', ['<▐ ><what?>', 'that']],
  ['a quote that is wrapped', '> one two three four five', ['<▐ ><one two three four>', '<▐ ><five>']],
  ['a quote of a quote', '> > one\n>> two\n>', ['<▐▐ ><one>', '<▐▐ ><two>', '<▐ ><>']],
  ['no quote: a face, an arrow', '>_< ->\n>text', ['>_< ->', '>text']],
  [
    'a block of code',
    'run:\n```sh\nnpm test\n\ngit push\n```\nand',
    ['run:', '<│ >npm test', '<│ >', '<│ >git push', 'and'],
  ],
  ['two blocks', '```\na\n```\n```\nb\n```', ['<│ >a', '<│ >b']],
  ['the fence that says something', '```rm -rf / now\na\n```', ['<```rm -rf / now>', 'a', '<```>']],
  ['a fence that is never closed', '```\nopen', ['```', 'open']],
  ['an empty block', '```\n```', ['<```>', '<```>']],
  ['items', '- one\n* two\n  - three', ['• one', '• two', '  • three']],
  ['items under their marks', '- one two three four five six', ['• one two three four', '  five six']],
  ['numbers', '9. nine\n10) ten', ['9. nine', '10) ten']],
  ['a minus', '- 5 degrees\n-5\n-- bob', ['- 5 degrees', '-5', '-- bob']],
  ['no list: emphasis', '*one* two', ['<*>one<*> two']],
  ['bars of the program', '┃ one ┊ ▐ two', ['| one | | two']],
];

test.each(texts)('draws %s', (_name, text, rows) => {
  expect(rowsOf(text)).toEqual(rows);
});

test('leaves nothing out but fences of blocks and marks of quotes and items, and no row is too wide', () => {
  const word = fc.constantFrom(
    '> ',
    '- ',
    '* ',
    '          - ',
    '12. ',
    '```',
    '```sh',
    '\n',
    'word',
    ' ',
    '~~',
    '*',
    '┃',
    '東京',
    'שלום',
  );
  const bare = (text: string): string => text.replaceAll(/[^\p{L}]/gu, '');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), fc.integer({ min: 4, max: 30 }), (words, width) => {
      const text = printable(words.join(''));
      const rows = laidOut(text, width);
      for (const { spans } of rows) expect(lineWidth(spans)).toBeLessThanOrEqual(width);
      const drawn = rows.map(({ spans }) => spans.map((piece) => piece.text).join('')).join('\n');
      expect(bare(drawn).replaceAll('sh', '')).toBe(bare(text).replaceAll('sh', ''));
    }),
  );
});

test('begins every row further on in the text than the row before', () => {
  for (const text of [...hostileStrings, ...texts.map(([, one]) => one)]) {
    const starts = laidOut(printable(text), 12).map(({ at }) => at);
    expect(starts).toEqual([...new Set(starts)].toSorted((one, other) => one - other));
  }
});
