import stringWidth from 'string-width';
import type { Printable } from '../../core/types.ts';
import { isNarrow } from './narrow.ts';
import { baseForms, type EmojiKind, isDrawnWhole } from './emoji-drawing.ts';

/** One grapheme cluster of a text: where it stands (UTF-16 offsets), how it is drawn, and how many columns it takes. */
export type Cell = {
  readonly start: number;
  readonly end: number;
  readonly text: Printable;
  readonly width: number;
};

/** As wide as in a message (core/printable.ts), wherever it stands. */
const tab = '    ' as Printable;
const unsafe = /[\p{Control}\p{Surrogate}\u2028\u2029]/u;
const steering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const flag = /^\p{Regional_Indicator}{2}$/u;
const pictograph = /^\p{Extended_Pictographic}/u;
const selectors = /[\ufe00-\ufe0f\u20e3\u{e0000}-\u{e0fff}]/gu;
const letterA = 0x1f1e6;
/** The vowel AM of Thai and Lao after its tone marks, and its two parts: a ring above, and a letter that follows. */
const vowelAm = /([\u0e48-\u0e4b]*)\u0e33|([\u0ec8-\u0ecb]*)\u0eb3/gu;

let segmenter: Intl.Segmenter | undefined;

/** The one grapheme segmenter of the screen, made when the first text is met that is not narrow (it costs 20 ms). */
export function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter;
}

/**
 * Cuts one line into the cells that a terminal draws. Emoji are shown in their base form (no skin tone, no joined families, flags as
 * two letters), because terminals disagree about the width of everything else, and one row that comes out too wide tears the frame;
 * except for the kinds that this terminal is known to draw as one picture.
 */
export function cells(line: string): readonly Cell[] {
  const list: Cell[] = [];
  if (isNarrow(line)) {
    for (let at = 0; at < line.length; at++) {
      list.push({ start: at, end: at + 1, text: line.charAt(at) as Printable, width: 1 });
    }
    return list;
  }
  for (const { segment, index } of graphemes().segment(line)) {
    const { text, width } = glyphOf(segment);
    list.push({ start: index, end: index + segment.length, text, width });
  }
  return list;
}

/** Tells whether a cell is a blank or a tab, after which a line may be broken. */
export function isBlank({ text }: Cell): boolean {
  return text === ' ' || text === tab;
}

type Glyph = Pick<Cell, 'text' | 'width'>;

/** A fact of the one terminal that this process draws on. */
let wholeKinds: ReadonlySet<EmojiKind> = baseForms;

/** From now on emoji of these kinds are drawn as they are. */
export function drawWhole(kinds: ReadonlySet<EmojiKind>): void {
  if (kinds === wholeKinds) return;
  wholeKinds = kinds;
  glyphs.clear();
  widths.clear();
}

/** The kinds of emoji that are drawn as they are: rows laid out for other kinds have to be laid out again. */
export function drawnWhole(): ReadonlySet<EmojiKind> {
  return wholeKinds;
}

/** Clusters that were met, and widths of whole texts: the same ones come in every frame, and measuring is slow. */
const glyphs = new Map<string, Glyph>();
const widths = new Map<string, number>();
const remembered = 4000;

function glyphOf(cluster: string): Glyph {
  const known = glyphs.get(cluster);
  if (known) return known;
  const text = cluster === '\t' ? tab : shown(cluster);
  const glyph = { text, width: stringWidth(text) };
  if (glyphs.size >= remembered) glyphs.clear();
  glyphs.set(cluster, glyph);
  return glyph;
}

/** How one grapheme cluster is drawn; a cluster that is not drawn whole has the same width on every terminal that was tried. */
export function shown(cluster: string): Printable {
  if (isNarrow(cluster)) return cluster as Printable;
  if (unsafe.test(cluster)) return '\ufffd' as Printable;
  if (isDrawnWhole(cluster, wholeKinds)) return cluster as Printable;
  if (flag.test(cluster)) return letters(cluster) as Printable;
  if (pictograph.test(cluster)) return String.fromCodePoint(cluster.codePointAt(0) ?? 0x20) as Printable;
  const plain = cluster.replace(selectors, '').replace(steering, '').replace(vowelAm, inTwo);
  if (plain === '' || stringWidth(plain) > 0) return plain as Printable;
  // A mark without a letter would climb onto the neighbour and shift the row.
  return /^\p{Mark}/u.test(plain) ? (`\u25cc${plain}` as Printable) : ('' as Printable);
}

/** Half of all terminals give the whole vowel a column of its own, half give it none; on its parts they agree. */
function inTwo(whole: string, thai = '', lao = ''): string {
  return whole.endsWith('\u0e33') ? `\u0e4d${thai}\u0e32` : `\u0ecd${lao}\u0eb2`;
}

function letters(pair: string): string {
  let word = '';
  for (const mark of pair) word += String.fromCodePoint(0x41 + (mark.codePointAt(0) ?? letterA) - letterA);
  return word;
}

const sure =
  /^[\u0020-\u04ff\u2010-\u203a\u2190-\u2193\u2500-\u259f\u25cb\u25cf\u2713\u2717\u276f\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3]*$/u;

/** Tells whether every terminal gives `text` the same columns as this program: letters, ideographs and the program's own signs. */
export function isSure(text: string): boolean {
  return sure.test(text);
}

/** How many columns `text` takes when it is drawn. */
export function widthOf(text: string): number {
  if (isNarrow(text)) return text.length;
  const known = widths.get(text);
  if (known !== undefined) return known;
  let width = 0;
  for (const cell of cells(text)) width += cell.width;
  if (widths.size >= remembered) widths.clear();
  widths.set(text, width);
  return width;
}

/** `text` as it is drawn, in at most `width` columns; the part that does not fit is replaced by `…`. */
export function fit(text: Printable, width: number): Printable {
  if (width <= 0) return '' as Printable;
  if (isNarrow(text) && text.length <= width) return text;
  const list = cells(text);
  let total = 0;
  for (const cell of list) total += cell.width;
  if (total <= width) return list.map((cell) => cell.text).join('') as Printable;
  let drawn = '';
  let used = 0;
  for (const cell of list) {
    if (used + cell.width > width - 1) break;
    drawn += cell.text;
    used += cell.width;
  }
  return `${drawn}…` as Printable;
}

/** `text` in exactly `width` columns: cut with `…` or filled with blanks on the right (or on the left). */
export function pad(text: Printable, width: number, side: 'left' | 'right' = 'right'): Printable {
  const drawn = fit(text, width);
  const blanks = ' '.repeat(Math.max(0, width - widthOf(drawn)));
  return (side === 'right' ? drawn + blanks : blanks + drawn) as Printable;
}
