/**
 * Letters of Latin, Greek and Cyrillic, punctuation, arrows, boxes and the program's own signs: each of them is drawn on its own, as it is,
 * in one column.
 */
const narrow =
  /^[\u0020-\u007e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203a\u2190-\u2193\u2500-\u259f\u25cb\u25cf\u2713\u2717\u276f]*$/;

/**
 * Tells whether a text has as many columns as characters and needs no cutting into clusters. To measure anything else a segmenter and
 * the tables of Unicode are made first, which takes longer than to draw a screen.
 */
export function isNarrow(text: string): boolean {
  return narrow.test(text);
}
