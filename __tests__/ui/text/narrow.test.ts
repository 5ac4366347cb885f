import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cells, shown, widthOf } from '../../../source/ui/text/cells.ts';
import { isNarrow } from '../../../source/ui/text/narrow.ts';

const all = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter(isNarrow);

test('a narrow character takes one column, is drawn as it is and is one cluster, beside any other', () => {
  expect(all.length).toBeGreaterThan(1000);
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const one of all) {
    expect([one, stringWidth(one)]).toEqual([one, 1]);
    expect(shown(one)).toBe(one);
    expect(/[\p{Mark}\p{Control}\p{Format}\p{Surrogate}\p{Unassigned}]/u.test(one)).toBe(false);
  }
  const law = fc.property(fc.array(fc.constantFrom(...all), { maxLength: 40 }), (letters) => {
    const text = letters.join('');
    expect(widthOf(text)).toBe(stringWidth(text));
    expect([...segmenter.segment(text)].map(({ segment }) => segment)).toEqual(letters);
    expect(cells(text).map((cell) => cell.text)).toEqual(letters);
  });
  fc.assert(law, { numRuns: 2000 });
});

test('joined, wide and control characters are not narrow', () => {
  for (const text of ['漢', '❤️', 'e\u0301', '\u202e', '\t', '👍', '…\ufe0f', '\u00ad', '©', '\u0483', 'ｱ'])
    expect([text, isNarrow(text)]).toEqual([text, false]);
});
