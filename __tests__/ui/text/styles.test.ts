import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from '../../../source/core/printable.ts';
import { type Style, styledRow, stylesOf } from '../../../source/ui/text/styles.ts';
import { wrap } from '../../../source/ui/text/wrap.ts';

/** The text with its styled parts in brackets behind the first letter of their look. */
function shown(text: string): string {
  const parts = stylesOf(text);
  const open = (at: number): string =>
    parts
      .filter(({ start }) => start === at)
      .map(({ look }) => `${look[0] ?? ''}[`)
      .join('');
  const close = (at: number): string =>
    parts
      .filter(({ end }) => end === at)
      .map(() => ']')
      .join('');
  return Array.from(
    { length: text.length + 1 },
    (_none, at) => `${close(at)}${open(at)}${text.charAt(at)}`,
  ).join('');
}

const texts: ReadonlyArray<readonly [string, string]> = [
  ['nothing at all', 'nothing at all'],
  ['*bold*', 'd[*]s[bold]d[*]'],
  ['a **bold one**, yes', 'a d[**]s[bold one]d[**], yes'],
  ['_italic_ and *bold*', 'd[_]i[italic]d[_] and d[*]s[bold]d[*]'],
  ['*é*', 'd[*]s[é]d[*]'],
  ['snake_case_name 2*3*4 a*b*', 'snake_case_name 2*3*4 a*b*'],
  ['* item * other', '* item * other'],
  ['*open', '*open'],
  ['*over\nlines*', '*over\nlines*'],
  ['`code *x*` *y*', 'd[`]m[code *x*]d[`] d[*]s[y]d[*]'],
  ['``a`b``', 'd[``]m[a`b]d[``]'],
  ['``', '``'],
  ['*`x`*', '*d[`]m[x]d[`]*'],
  ['```\nlet x = *1*;\n```', 'd[```\n]m[let x = *1*;]d[\n```]'],
  ['see:\n```ts\n\n```\nend', 'see:\nd[```ts\n\n```]\nend'],
  ['```\n```', 'd[```\n```]'],
  ['```\nnever closed *x*', '```\nnever closed d[*]s[x]d[*]'],
  ['https://example.org/_a_ _b_', 'l[https://example.org/_a_] d[_]i[b]d[_]'],
  ['*https://example.org*', '*l[https://example.org]*'],
];

test.each(texts)('%j', (text, styled) => {
  expect(shown(text)).toBe(styled);
});

const marks = fc
  .array(
    fc.constantFrom(
      '*',
      '**',
      '_',
      '`',
      '```',
      '\n',
      ' ',
      'word',
      'é',
      '東',
      '👩‍👩‍👧',
      'https://a.example/x',
      '\0',
    ),
  )
  .map((parts) => printable(parts.join('')));

test('law: styles are in order, apart from each other, and inside of the text', () => {
  fc.assert(
    fc.property(marks, (text) => {
      let at = 0;
      for (const { start, end } of stylesOf(text)) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      expect(at).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2000 },
  );
});

test('law: a styled row draws what the plain one does', () => {
  fc.assert(
    fc.property(marks, fc.integer({ min: 2, max: 12 }), (text, width) => {
      const styles = stylesOf(text);
      for (const row of wrap(text, width)) {
        expect(
          styledRow(row, styles)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(row.text);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a row says which part of a link it is', () => {
  const text = 'x https://example.org/abc';
  const rows = wrap(text, 14).map((row) => styledRow(row, stylesOf(text)));
  const links = rows.flat().filter(({ look }) => look === 'link');
  expect(links.map((piece) => piece.text).join('')).toBe('https://example.org/abc');
  expect(new Set(links.map(({ link }) => link))).toEqual(new Set(['https://example.org/abc']));
});

test('reads a text of nothing but marks quickly', () => {
  // Counted, not timed: a rule that looks back and forth would never come to an end here.
  const hostile = ['*a ', '_a ', '`a ', '``', '```\n', '*_`', 'http://', '*'].map((piece) =>
    piece.repeat(16_384 / piece.length),
  );
  const counted: ReadonlyArray<readonly Style[]> = hostile.map((text) => stylesOf(text));
  expect(counted).toHaveLength(hostile.length);
  expect(stylesOf('*a* '.repeat(5000))).toEqual([]);
});

test('a row looks at its own styles, however many the text has', () => {
  const text = printable('`a` '.repeat(4096));
  let looks = 0;
  const styles = stylesOf(text).map(({ start, end, look }) => ({
    end,
    look,
    get start() {
      looks += 1;
      return start;
    },
  }));
  const rows = wrap(text, 8);
  for (const row of rows) styledRow(row, styles);
  expect(styles).toHaveLength(12_288);
  expect(looks / rows.length).toBeLessThan(100);
});
