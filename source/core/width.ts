import { lazily } from './lazily.ts';

/**
 * Cells of text that printable() made, never fewer than a terminal takes: an unusual cluster may count for more. For cutting and for
 * limits; the layout of the screen is measured by the screen's own library.
 */

/** East Asian Wide and Fullwidth of Unicode 17, and everything that is an emoji by default. */
const wide = lazily(
  () =>
    /[\p{Emoji_Presentation}\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18fff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u,
);
const zero = lazily(() => /[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]/u);
/** A flag, a keycap, or a pictograph with its colour and everything joined to it: one picture, two cells wide. */
const picture = lazily(
  () =>
    /^(?:\p{RI}\p{RI}|[\d#*]\ufe0f?\u20e3|(?:\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?\u200d?)+)/u,
);
const ascii = /^[\x20-\x7e]*$/u;

let segmenter: Intl.Segmenter | undefined;

/** The grapheme clusters of a text, in order. */
export function* clustersOf(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** The number of cells that one line of printable text takes, at most. */
export function cellWidth(line: string): number {
  if (ascii.test(line)) return line.length;
  let cells = 0;
  for (const cluster of clustersOf(line)) cells += clusterWidth(cluster);
  return cells;
}

/** The line, or as many of its clusters as leave a cell for an ellipsis, followed by the ellipsis. */
export function cutToWidth(line: string, cells: number): string {
  if (cellWidth(line) <= cells) return line;
  let kept = '';
  let used = 1;
  for (const cluster of clustersOf(line)) {
    used += clusterWidth(cluster);
    if (used > cells) break;
    kept += cluster;
  }
  // A joiner that has lost its second half would be left out the next time.
  return cells < 1 ? '' : `${kept.replace(/[\u200c\u200d]+$/u, '')}…`;
}

function clusterWidth(cluster: string): number {
  const drawn = picture().exec(cluster)?.[0] ?? '';
  let cells = drawn.length > 1 ? 2 : 0;
  for (const point of cells > 0 ? cluster.slice(drawn.length) : cluster) {
    if (!zero().test(point)) cells += wide().test(point) ? 2 : 1;
  }
  return cells;
}
