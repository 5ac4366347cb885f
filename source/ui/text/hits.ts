import { fold } from '../../core/fold.ts';
import type { Printable } from '../../core/types.ts';
import { joined, say, type Line, type Look, type Span } from './line.ts';
import { cells } from './cells.ts';

/** Columns of a row that are searched: from `from` up to `to`. */
type Columns = { readonly from: number; readonly to: number };

type Letter = {
  readonly row: number;
  readonly span: Span;
  text: Printable;
  readonly isText: boolean;
  isHit: boolean;
};

/**
 * The rows of one text with `look` wherever `wanted` stands in it, whatever its case and accents, also across the end of a row. `each`
 * has the columns of every row where they differ.
 */
export function markHits(
  rows: readonly Line[],
  wanted: string,
  { from, to, look, each }: Columns & { readonly look: Look; readonly each?: readonly Columns[] },
): readonly Line[] {
  const pattern = patternOf(wanted);
  if (!pattern) return rows;
  const letters = rows.map((row, at) => lettersOf(row, at, each?.[at] ?? { from, to }));
  const { text, owners } = foldedText(letters.flat());
  for (const { index, 0: found } of text.matchAll(pattern)) {
    for (const owner of owners.slice(index, index + found.length)) if (owner) owner.isHit = true;
  }
  return letters.map((ofRow) => spansOf(ofRow, look));
}

/** The pattern for the wanted text; a blank matches any blanks, and a row may end anywhere. */
function patternOf(wanted: string): RegExp | null {
  const words = fold(wanted).trim().split(/\s+/u);
  if (words.join('') === '') return null;
  return new RegExp(words.map(oneWord).join('(?: +\\n?|\\n)'), 'gu');
}

function oneWord(word: string): string {
  return [...word].map((letter) => letter.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&')).join('\\n?');
}

function lettersOf(row: Line, at: number, { from, to }: Columns): Letter[] {
  const letters: Letter[] = [];
  let column = 0;
  for (const span of row) {
    for (const { text, width } of cells(span.text)) {
      letters.push({ row: at, span, text, isText: column >= from && column < to, isHit: false });
      column += width;
    }
  }
  return letters;
}

/** The letters as the search sees them, with a line feed between rows, and the letter that each of its UTF-16 units belongs to. */
function foldedText(letters: readonly Letter[]): { text: string; owners: Array<Letter | null> } {
  const owners: Array<Letter | null> = [];
  let text = '';
  let row = letters[0]?.row ?? 0;
  for (const letter of letters) {
    if (!letter.isText) continue;
    if (letter.row !== row) {
      text += '\n';
      owners.push(null);
      row = letter.row;
    }
    const folded = fold(letter.text);
    text += folded;
    for (let unit = 0; unit < folded.length; unit += 1) owners.push(letter);
  }
  return { text, owners };
}

function spansOf(letters: readonly Letter[], look: Look): Line {
  const spans: Array<{ of: Span; isHit: boolean; text: Printable }> = [];
  for (const { span, text, isHit } of letters) {
    const last = spans.at(-1);
    if (last && last.of === span && last.isHit === isHit) last.text = joined([last.text, text], say``);
    else spans.push({ of: span, isHit, text });
  }
  return spans.map(({ of, isHit, text }) => ({ ...of, text, ...(isHit && { look }) }));
}
