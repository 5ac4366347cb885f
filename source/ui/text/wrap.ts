import type { Printable } from '../../core/types.ts';
import { type Cell, cells, isBlank } from './cells.ts';

/** One drawn row of a text: the UTF-16 offsets it covers (with the blanks that hang over its end) and the text that is drawn. */
export type Wrapped = {
  readonly start: number;
  readonly end: number;
  readonly text: Printable;
  /** The cells in the row; their offsets count from `base`. */
  readonly cells: readonly Cell[];
  readonly base: number;
};

/**
 * Breaks `text` into rows of at most `width` columns: at line feeds, else after the last blank that fits, else in the middle of a long
 * word. Offsets in the rows count from `first`, where `text` begins. Blanks at a break belong to the row before it and are not drawn
 * beyond the edge.
 */
export function wrap(text: string, width: number, first = 0): readonly Wrapped[] {
  const rows: Wrapped[] = [];
  const room = Math.max(2, width);
  let start = first;
  for (const line of text.split('\n')) {
    wrapLine(cells(line), start, room, rows);
    start += line.length + 1;
  }
  return rows;
}

function wrapLine(line: readonly Cell[], offset: number, width: number, rows: Wrapped[]): void {
  let from = 0;
  do {
    const to = breakAt(line, from, width);
    rows.push(rowOf(line.slice(from, to), offset, line[from]?.start ?? 0, width));
    from = to;
  } while (from < line.length);
}

function breakAt(line: readonly Cell[], from: number, width: number): number {
  let used = 0;
  let blank = -1;
  for (let at = from; at < line.length; at++) {
    const cell = line[at];
    if (!cell) break;
    const mayBreak = isBlank(cell);
    if (used + cell.width > width && !mayBreak) return blank > from ? blank : Math.max(at, from + 1);
    used += cell.width;
    if (mayBreak) blank = at + 1;
  }
  return line.length;
}

function rowOf(part: readonly Cell[], offset: number, first: number, width: number): Wrapped {
  let drawn = '';
  let used = 0;
  for (const cell of part) {
    if (used + cell.width > width) break;
    drawn += cell.text;
    used += cell.width;
  }
  const end = offset + (part.at(-1)?.end ?? first);
  return { start: offset + first, end, base: offset, text: drawn as Printable, cells: part };
}

/** Where the caret stands in wrapped text: `row` counts from 0, `column` in terminal columns. */
export type Place = { readonly row: number; readonly column: number };

/** The place of offset `at` in `rows`; at a soft break it is the start of the next row. */
export function placeOf(rows: readonly Wrapped[], at: number): Place {
  const row = Math.max(
    0,
    rows.findLastIndex(({ start }) => start <= at),
  );
  const wrapped = rows[row];
  if (!wrapped) return { row: 0, column: 0 };
  let column = 0;
  for (const cell of wrapped.cells) {
    if (wrapped.base + cell.start >= at) break;
    column += cell.width;
  }
  return { row, column };
}

/** The offset under `column` of row `row`: the nearest cluster start that is not beyond it. */
export function offsetAt(rows: readonly Wrapped[], row: number, column: number): number {
  const wrapped = rows[row];
  if (!wrapped) return 0;
  let used = 0;
  for (const cell of wrapped.cells) {
    if (used + cell.width > column) return wrapped.base + cell.start;
    used += cell.width;
  }
  const last = wrapped.cells.at(-1);
  const isSoft = rows[row + 1]?.start === wrapped.end;
  return isSoft && last ? wrapped.base + last.start : wrapped.end;
}
