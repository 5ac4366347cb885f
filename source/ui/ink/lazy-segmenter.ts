import { isNarrow } from '../text/narrow.ts';

const { Segmenter } = Intl;

/**
 * Replaces Intl.Segmenter in the bundle: several packages make one when they are loaded, and the first takes 20 ms. Nearly every text and
 * every coloured row of the screen needs none, because its characters are its clusters.
 */
export class LazySegmenter implements Intl.Segmenter {
  readonly #wanted: ConstructorParameters<typeof Segmenter>;
  #made: Intl.Segmenter | undefined;

  constructor(...wanted: ConstructorParameters<typeof Segmenter>) {
    this.#wanted = wanted;
  }

  /** Cuts a text as Intl.Segmenter does. */
  segment(text: string): Intl.Segments {
    const [, { granularity = 'grapheme' } = {}] = this.#wanted;
    return granularity === 'grapheme' && hasPlainClusters(text)
      ? charactersOf(text)
      : this.#whole().segment(text);
  }

  /** The options of the one that it stands for. */
  resolvedOptions(): Intl.ResolvedSegmenterOptions {
    return this.#whole().resolvedOptions();
  }

  #whole(): Intl.Segmenter {
    return (this.#made ??= new Segmenter(...this.#wanted));
  }
}

/** Tells whether each character is a cluster: an escape character, with which colours begin, is one whatever stands beside it (UAX #29, GB4). */
function hasPlainClusters(text: string): boolean {
  return isNarrow(text.includes('\u001b') ? text.replaceAll('\u001b', '') : text);
}

/** The characters of such a text, each of which is a cluster. */
function charactersOf(input: string): Intl.Segments {
  const at = (index: number): Intl.SegmentData => ({ segment: input.charAt(index), index, input });
  return {
    containing(place = 0) {
      const index = Math.trunc(place) || 0;
      return index >= 0 && index < input.length ? at(index) : undefined;
    },
    [Symbol.iterator]: () => Array.from(input, (_, index) => at(index))[Symbol.iterator](),
  };
}
