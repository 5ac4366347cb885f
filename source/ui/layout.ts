import type { State } from '../core/state.ts';
import type { Line } from './line.ts';
import { notes } from './notes.ts';
import { sidebarColumns } from './terminal/sizes.ts';
import { drawnWhole } from './text/cells.ts';
import { type Place, placeOf, wrap, type Wrapped } from './text/wrap.ts';
import { draftOf, type View } from './view.ts';

/** Where the parts of the screen are, in columns and rows; everything adds up to the terminal's size. */
export type Layout = {
  /** Columns of the sidebar without its line; 0 when it is hidden. */
  readonly sidebar: number;
  /** Columns right of the sidebar's line. */
  readonly main: number;
  /** Rows of the message pane, below the conversation's head. */
  readonly pane: number;
  readonly composer: Composing;
  /** What stands above the composer. */
  readonly notes: readonly Line[];
};

/** The rows of the draft that are drawn, and where its caret is among them. */
export type Composing = {
  readonly rows: readonly Wrapped[];
  /** How many rows of the draft are above the first one drawn. */
  readonly skipped: number;
  readonly caret: Place;
};

/** Columns before the draft's text: a blank, the prompt, a blank. */
export const promptColumns = 3;
const composerRows = 6;

/** Columns a draft may use; one is kept free so that the caret always has a cell. */
export function draftColumns(columns: number): number {
  return columns - promptColumns - 1;
}

/** Computes the layout of the main screen. */
export function layoutOf(view: View, facts: State): Layout {
  const sidebar = sidebarColumns(view.columns);
  const most = Math.max(1, Math.min(composerRows, Math.floor(view.rows / 4)));
  const composer = composing(view, most);
  // Title, head, rule and keys; and one row of the conversation, whatever else there is.
  const fixed = 4 + composer.rows.length;
  const above = notes(view, facts).slice(0, Math.max(0, view.rows - fixed - 1));
  return {
    sidebar,
    main: sidebar > 0 ? view.columns - sidebar - 1 : view.columns,
    pane: Math.max(1, view.rows - fixed - above.length),
    composer,
    notes: above,
  };
}

let last: { text: string; columns: number; emoji: unknown; rows: readonly Wrapped[] } | null = null;

/** The draft in rows; the last one is remembered, because a frame asks more than once. */
export function draftRows(text: string, columns: number): readonly Wrapped[] {
  const emoji = drawnWhole();
  if (last?.text !== text || last.columns !== columns || last.emoji !== emoji) {
    last = { text, columns, emoji, rows: wrap(text, columns) };
  }
  return last.rows;
}

function composing(view: View, most: number): Composing {
  const { text, cursor } = draftOf(view);
  const columns = draftColumns(view.columns);
  const all = draftRows(text, columns);
  const place = placeOf(all, cursor);
  const shown = Math.min(most, all.length);
  const skipped = Math.min(Math.max(0, place.row - shown + 1), all.length - shown);
  const caret = { row: place.row - skipped, column: Math.min(place.column, columns) };
  return { rows: all.slice(skipped, skipped + shown), skipped, caret };
}
