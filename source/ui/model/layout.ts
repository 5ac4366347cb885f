import type { State } from '../../core/types.ts';
import type { Line } from '../text/line.ts';
import { notes } from './notes.ts';
import { pageOf, sidebarColumns } from './terminal.ts';
import type { Editor } from './editor.ts';
import { drawnWhole } from '../text/cells.ts';
import { placeOf, wrap, type Place, type Wrapped } from '../text/wrap.ts';
import { draftOf, type View } from './view.ts';

/** Where the parts of the screen are, in columns and rows; everything adds up to the terminal's size. */
export type Layout = {
  /** Columns of the sidebar without its line; 0 when it is hidden. */
  readonly sidebar: number;
  /** Columns right of the sidebar's line. */
  readonly main: number;
  /** Rows of the conversation's head: its one line, and an empty row where there is room for it. */
  readonly head: number;
  /** Rows of the message pane, below the conversation's head. */
  readonly pane: number;
  readonly composer: Composing;
  /** The lines above the composer. */
  readonly notes: readonly Line[];
};

/** The rows of the draft that are drawn, and where its caret is among them. */
export type Composing = {
  readonly rows: readonly Wrapped[];
  readonly caret: Place;
};

/** Columns before the draft's text: a blank, the prompt, a blank. */
export const promptColumns = 3;
const composerRows = 6;
/** Rows of a terminal with room for an empty one below the head. */
const airyFrom = 20;

/** Columns a draft may use; one is kept free so that the caret always has a cell. */
export function draftColumns(columns: number): number {
  return columns - promptColumns - 1;
}

/** Computes the layout of the main screen. */
export function layoutOf(view: View, facts: State): Layout {
  const sidebar = sidebarColumns(view.columns, view.settings.list);
  const most = Math.max(1, Math.min(composerRows, Math.floor(view.rows / 4)));
  const composer = composing(view, most);
  const head = view.rows >= airyFrom && pageOf(view.settings.layout, view.columns) === 'roomy' ? 2 : 1;
  // Title, head, rule and keys; and always one row of the conversation.
  const fixed = 3 + head + composer.rows.length;
  const above = notes(view, facts).slice(0, Math.max(0, view.rows - fixed - 1));
  return {
    sidebar,
    head,
    main: sidebar > 0 ? view.columns - sidebar - 1 : view.columns,
    pane: Math.max(1, view.rows - fixed - above.length),
    composer,
    notes: above,
  };
}

/** A draft up to this length (UTF-16 units) is laid out as a whole. */
const wholeUnits = 65_536;
/** Of a longer draft, at least this much on each side of the cursor is laid out: many more rows than are ever drawn. */
const besideUnits = 16_384;

type Laid = { text: string; from: number; columns: number; emoji: unknown; rows: readonly Wrapped[] };
let last: Laid | null = null;

/** The rows of the draft around its cursor; the last ones are remembered, because a frame asks more than once. */
export function draftRows(
  { text, cursor }: Pick<Editor, 'text' | 'cursor'>,
  columns: number,
): readonly Wrapped[] {
  const emoji = drawnWhole();
  const [from, to] = text.length > wholeUnits ? around(text, cursor) : [0, text.length];
  if (last?.from !== from || last.columns !== columns || last.emoji !== emoji || last.text !== text) {
    last = { text, from, columns, emoji, rows: wrap(text.slice(from, to), columns, from) };
  }
  return last.rows;
}

/** Three steps of the text, with the cursor in the middle one: while the cursor moves within a step, the rows stay as they are. */
function around(text: string, cursor: number): readonly [from: number, to: number] {
  const from = Math.max(0, (Math.floor(cursor / besideUnits) - 1) * besideUnits);
  return [from, Math.min(text.length, from + 3 * besideUnits)];
}

function composing(view: View, most: number): Composing {
  const draft = draftOf(view);
  const columns = draftColumns(view.columns);
  const all = draftRows(draft, columns);
  const place = placeOf(all, draft.cursor);
  const shown = Math.min(most, all.length);
  const skipped = Math.min(Math.max(0, place.row - shown + 1), all.length - shown);
  const caret = { row: place.row - skipped, column: Math.min(place.column, columns) };
  return { rows: all.slice(skipped, skipped + shown), caret };
}
