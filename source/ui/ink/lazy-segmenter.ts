import { isNarrow } from '../text/narrow.ts';

const { Segmenter } = Intl;

/**
 * In the bundle, in the place of Intl.Segmenter: several packages make one when they are loaded, and the first takes 20 ms. Nearly every text
 * needs none: its characters are its clusters.
 */
export class LazySegmenter {
  readonly #wanted: ConstructorParameters<typeof Segmenter>;
  #made: Intl.Segmenter | undefined;

  constructor(...wanted: ConstructorParameters<typeof Segmenter>) {
    this.#wanted = wanted;
  }

  /** Cuts a text as Intl.Segmenter does. */
  segment(text: string): Pick<Intl.Segments, typeof Symbol.iterator> {
    const [, { granularity = 'grapheme' } = {}] = this.#wanted;
    if (granularity === 'grapheme' && isNarrow(text)) return charactersOf(text);
    this.#made ??= new Segmenter(...this.#wanted);
    return this.#made.segment(text);
  }
}

function charactersOf(input: string): Intl.SegmentData[] {
  return Array.from(input, (segment, index) => ({ segment, index, input }));
}
