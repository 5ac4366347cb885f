import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { LazySegmenter } from '../../../source/ui/ink/lazy-segmenter.ts';

const letters = ['a', 'é', 'e\u0301', '│', '✓', '漢', '👩‍👩‍👧', '🇩🇪', '\r\n', '\t', '…', 'ж', ' ', '.', '\u001b'];
const narrow = ['a', 'é', '│', '✓', '…', 'ж', ' ', '.', '\u001b[38;5;145m', '\u001b'];

test.each(['grapheme', 'word', 'sentence', undefined] as const)(
  'cuts like Intl.Segmenter: %s',
  (granularity) => {
    const options = granularity === undefined ? {} : { granularity };
    const [real, lazy] = [new Intl.Segmenter('en', options), new LazySegmenter('en', options)];
    expect(lazy.resolvedOptions()).toEqual(real.resolvedOptions());
    const text = fc.oneof(
      fc.array(fc.constantFrom(...letters), { maxLength: 20 }),
      fc.array(fc.constantFrom(...narrow), { maxLength: 20 }),
    );
    const law = fc.property(text, (parts) => {
      const [expected, told] = [real.segment(parts.join('')), lazy.segment(parts.join(''))];
      expect([...told]).toEqual([...expected]);
      for (const at of [-1, -0.5, 0.5, NaN, ...parts.join('').split('').keys(), parts.join('').length])
        expect([at, told.containing(at)]).toEqual([at, expected.containing(at)]);
      expect(told.containing()).toEqual(expected.containing());
    });
    fc.assert(law, { numRuns: 300 });
  },
);

test('a coloured row of the screen needs no Intl.Segmenter, which takes long to make', () => {
  const real = vi.spyOn(Intl.Segmenter.prototype, 'segment');
  const lazy = new LazySegmenter('en', { granularity: 'grapheme' });
  const row = '\u001b[38;5;117m❯ \u001b[39m\u001b[1mbob\u001b[22m ○ │ opening…';
  expect([...lazy.segment(row)]).toHaveLength(row.length);
  expect(real).not.toHaveBeenCalled();
  expect([...lazy.segment('漢字')]).toHaveLength(2);
  expect(real).toHaveBeenCalledOnce();
  real.mockRestore();
});
