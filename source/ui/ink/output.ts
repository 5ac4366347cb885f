import {
  styledCharsFromTokens,
  styledCharsToString,
  tokenize,
  type StyledChar,
} from '@alcalzone/ansi-tokenize';
import { cellWidth, pieceOf, pieceOfCells, type Piece } from './pieces.ts';

/** The edges that writes are cut at, in columns and rows; the second of each pair is excluded, undefined is no edge. */
type Clip = {
  readonly x1: number | undefined;
  readonly x2: number | undefined;
  readonly y1: number | undefined;
  readonly y2: number | undefined;
};

type Transformer = (line: string, row: number) => string;

/** A piece that begins at a column. */
type Placed = { readonly x: number; readonly piece: Piece };

/**
 * One frame of the renderer: turns positioned writes into the rows of the terminal. It replaces Ink's own module of that name, which lays
 * out every character of every frame in a grid of cells and forgets everything about them with the frame. Here a row is its pieces, joined;
 * only a row in which one piece covers another goes through cells. docs/decisions/0019.
 */
export class Output {
  readonly width: number;
  readonly height: number;
  readonly #rows: Placed[][];
  readonly #clips: Clip[] = [];

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.width = width;
    this.height = height;
    this.#rows = Array.from({ length: height }, () => []);
  }

  /** Writes lines of text below one another; each transformer gets every line, with its number in the text. */
  write(
    x: number,
    y: number,
    text: string,
    { transformers }: { readonly transformers: readonly Transformer[] },
  ): void {
    const clip = this.#clips.at(-1);
    if (text === '' || (clip && isEmpty(clip))) return;
    for (const [row, line] of linesOf(text).entries()) {
      if (isOutside(y + row, clip)) continue;
      const cut = clip ? cutAt(clip, x, pieceOf(line)) : { x, piece: pieceOf(line) };
      const changed = transformers.reduce((before, change) => change(before, row), cut.piece.text);
      const piece = changed === cut.piece.text ? cut.piece : pieceOf(changed);
      if (piece.cells.length > 0) this.#rows[y + row]?.push({ x: cut.x, piece });
    }
  }

  /** Cuts all later writes at these edges, and at the edges that already apply. */
  clip(clip: Clip): void {
    const outer = this.#clips.at(-1);
    this.#clips.push(outer ? intersect(outer, clip) : clip);
  }

  /** Ends the last clip. */
  unclip(): void {
    this.#clips.pop();
  }

  /** The rows as text, without blanks at their ends. */
  get(): { readonly output: string; readonly height: number } {
    const rows = this.#rows.map((placed) => (joined(placed) ?? overlaid(placed, this.width)).trimEnd());
    return { output: rows.join('\n'), height: this.height };
  }
}

/** The lines of a text, each with the styles that it has, also where an earlier line began them. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.slice(0, -1).every((line) => pieceOf(line).isClosed)) return lines;
  const styled: StyledChar[][] = [[]];
  for (const cell of styledCharsFromTokens(tokenize(text))) {
    if (cell.value === '\n') styled.push([]);
    else styled.at(-1)?.push(cell);
  }
  return styled.map((cells) => styledCharsToString(cells));
}

/** Pieces that lie side by side, as one text; null if one covers another, or begins outside. */
function joined(placed: readonly Placed[]): string | null {
  let text = '';
  let column = 0;
  for (const { x, piece } of placed.toSorted((one, other) => one.x - other.x)) {
    if (x < column) return null;
    text += ' '.repeat(x - column) + piece.text;
    column = x + piece.width;
  }
  return text;
}

const blank: StyledChar = { type: 'char', value: ' ', fullWidth: false, styles: [] };

/** Pieces of which later ones cover earlier ones; of a wide character that is half covered a blank is left. */
function overlaid(placed: readonly Placed[], width: number): string {
  const row: StyledChar[] = Array.from({ length: width }, () => blank);
  for (const { x, piece } of placed) {
    if (row[x]?.value === '' && x > 0) row[x - 1] = blanked(row[x - 1]);
    let column = x;
    for (const cell of piece.cells) {
      const columns = cellWidth(cell);
      row[column] = cell;
      // The rest of a character that begins left of the screen is a blank on it.
      const rest = column < 0 ? ' ' : '';
      for (let next = 1; next < columns; next += 1)
        row[column + next] = { ...cell, value: rest, fullWidth: false };
      column += columns;
    }
    if (row[column]?.value === '') row[column] = blanked(row[column]);
  }
  return styledCharsToString(Array.from(row, (cell: StyledChar | undefined) => cell ?? blank));
}

function blanked(cell: StyledChar | undefined): StyledChar {
  return { ...(cell ?? blank), value: ' ', fullWidth: false };
}

function intersect(outer: Clip, inner: Clip): Clip {
  return {
    x1: tighter(outer.x1, inner.x1, Math.max),
    x2: tighter(outer.x2, inner.x2, Math.min),
    y1: tighter(outer.y1, inner.y1, Math.max),
    y2: tighter(outer.y2, inner.y2, Math.min),
  };
}

function tighter(
  one: number | undefined,
  other: number | undefined,
  pick: (one: number, other: number) => number,
): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : pick(one, other);
}

function isEmpty({ x1, x2, y1, y2 }: Clip): boolean {
  return (x1 ?? -Infinity) >= (x2 ?? Infinity) || (y1 ?? -Infinity) >= (y2 ?? Infinity);
}

function isOutside(row: number, clip: Clip | undefined): boolean {
  return row < (clip?.y1 ?? -Infinity) || row >= (clip?.y2 ?? Infinity);
}

/** The part of a piece inside the edges; of a wide character that an edge parts a blank is left. */
function cutAt({ x1, x2 }: Clip, x: number, piece: Piece): Placed {
  if (x1 === undefined || x2 === undefined) return { x, piece };
  if (x >= x1 && x + piece.width <= x2) return { x, piece };
  const [from, to] = [Math.max(0, x1 - x), x2 - x];
  const cells: StyledChar[] = [];
  let column = 0;
  for (const cell of piece.cells) {
    const start = column;
    column += cellWidth(cell);
    const columns = Math.min(column, to) - Math.max(start, from);
    if (columns === column - start) cells.push(cell);
    else for (let one = 0; one < columns; one += 1) cells.push(blanked(cell));
  }
  return { x: Math.max(x, x1), piece: pieceOfCells(cells) };
}
