import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LazySegmenter } from '../../../source/ui/ink/lazy-segmenter.ts';

const letters = ['a', 'é', 'e\u0301', '│', '✓', '漢', '👩‍👩‍👧', '🇩🇪', '\r\n', '\t', '…', 'ж', ' ', '.'];

test('it cuts as Intl.Segmenter does, into clusters and into words', () => {
  for (const granularity of ['grapheme', 'word', undefined] as const) {
    const options = granularity === undefined ? {} : { granularity };
    const [real, lazy] = [new Intl.Segmenter(undefined, options), new LazySegmenter(undefined, options)];
    const law = fc.property(fc.array(fc.constantFrom(...letters), { maxLength: 20 }), (parts) => {
      const text = parts.join('');
      expect([...lazy.segment(text)]).toEqual([...real.segment(text)]);
    });
    fc.assert(law);
  }
});
