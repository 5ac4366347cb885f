import {
  styledCharsFromTokens,
  styledCharsToString,
  tokenize,
  type StyledChar,
} from '@alcalzone/ansi-tokenize';
import stringWidth from 'string-width';
import { isNarrow } from '../text/narrow.ts';

/** A piece of one row of the terminal: its cells, the text that writes them, and the columns that they take. */
export type Piece = {
  readonly cells: readonly StyledChar[];
  readonly text: string;
  readonly width: number;
  /** True if the piece leaves no style open for what follows it. */
  readonly isClosed: boolean;
};

/** Frames are alike: nearly every piece of one was in the frame before. */
const mostKept = 4096;
const pieces = new Map<string, Piece>();
const widths = new Map<string, number>();

/** The piece that a line of text makes; escapes in it are read once, not in each frame. */
export function pieceOf(line: string): Piece {
  return kept(pieces, line, () => {
    const all = styledCharsFromTokens(tokenize(`${line} `));
    const isClosed = all.at(-1)?.styles.length === 0;
    return { ...pieceOfCells(all.slice(0, -1).filter(isSeen)), isClosed };
  });
}

/** The piece that these cells make. */
export function pieceOfCells(cells: readonly StyledChar[]): Piece {
  const width = cells.reduce((sum, cell) => sum + cellWidth(cell), 0);
  return { cells, text: styledCharsToString([...cells]), width, isClosed: true };
}

/** The columns that a cell takes: one at least. */
export function cellWidth({ value }: Pick<StyledChar, 'value'>): number {
  return Math.max(1, widthOfText(value));
}

/** The columns of the widest line of a text: the renderer asks for it with every frame. */
export function widestLine(text: string): number {
  let widest = 0;
  for (const line of text.split('\n')) widest = Math.max(widest, widthOfText(line));
  return widest;
}

const styles = /\u001b\[[\d;]*m/g;

/** The columns of a text that may hold escapes. */
function widthOfText(text: string): number {
  return kept(widths, text, () => {
    const plain = text.replace(styles, '');
    return isNarrow(plain) ? plain.length : stringWidth(text);
  });
}

/** The result of `make` for a text, made once for each: the renderer asks for the same whole texts twice in every frame. */
export function onceForEach(make: (text: string) => string): (text: string) => string {
  const made = new Map<string, string>();
  return (text) => kept(made, text, () => make(text), 64);
}

/** Characters that no terminal shows take no cell. */
function isSeen({ value }: StyledChar): boolean {
  return !/^\p{Default_Ignorable_Code_Point}+$/u.test(value);
}

/** The cached value for this text, or else the result of `make`; when the cache is full, the older half is dropped. */
function kept<Value>(known: Map<string, Value>, text: string, make: () => Value, most = mostKept): Value {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= most) for (const old of [...known.keys()].slice(0, most / 2)) known.delete(old);
  const made = make();
  known.set(text, made);
  return made;
}
