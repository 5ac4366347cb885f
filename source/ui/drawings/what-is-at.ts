import type { State } from '../../core/types.ts';
import { layoutOf, promptColumns, type Layout } from '../model/layout.ts';
import { draftOf, type View } from '../model/view.ts';
import { widthOf } from '../text/cells.ts';
import type { Line } from '../text/line.ts';
import { dayNumber } from '../text/times.ts';
import { offsetAt } from '../text/wrap.ts';
import { messageRows } from './messages.ts';
import { sidebarRows } from './sidebar.ts';

/** The part of the main screen that a cell belongs to. */
export type Target =
  | { readonly kind: 'contact'; readonly contact: number }
  | { readonly kind: 'requests' }
  /** `at` is the offset (UTF-16) of the first letter in that row, below 0 above the message; `link` is where the cell leads. */
  | { readonly kind: 'message'; readonly row: number; readonly at: number; readonly link: string | null }
  /** The conversation's name, and how sure it is. */
  | { readonly kind: 'head' }
  /** The offset in the draft that the cursor goes to. */
  | { readonly kind: 'draft'; readonly offset: number };

/**
 * Finds the part at column `x` and row `y` (both from 0) of the main screen as drawn for `view` and `facts`; null where there is nothing to
 * click. Ignores dialogs and popups, which lie over it.
 */
export function whatIsAt(view: View, facts: State, x: number, y: number): Target | null {
  const layout = layoutOf(view, facts);
  const { sidebar, head, pane, notes } = layout;
  if (y < 1 || x < 0 || x >= view.columns) return null;
  // Below the pane: the rule, the notes, the draft, the keys.
  const below = 1 + head + pane;
  if (y >= below) return inDraft(view, layout, x, y - below - 1 - notes.length);
  if (x < sidebar) return inList(view, facts, layout, y - 1);
  const left = sidebar > 0 ? sidebar + 1 : 0;
  if (x < left) return null;
  if (y === 1) return view.selected === null ? null : { kind: 'head' };
  return inPane(view, facts, x - left, y - 1 - head);
}

function inPane(view: View, facts: State, x: number, y: number): Target | null {
  const { main, pane } = layoutOf(view, facts);
  const shown = messageRows(view, facts, main, pane).rows[y];
  if (!shown || shown.row === null) return null;
  return { kind: 'message', row: shown.row, at: shown.at, link: linkAt(shown.spans, x) };
}

function inDraft(view: View, { composer }: Layout, x: number, y: number): Target | null {
  if (y < 0 || y >= composer.rows.length) return null;
  const isEmpty = draftOf(view).text === '';
  return { kind: 'draft', offset: isEmpty ? 0 : offsetAt(composer.rows, y, Math.max(0, x - promptColumns)) };
}

function inList(view: View, facts: State, { sidebar, head, pane }: Layout, y: number): Target | null {
  const seen = { ...view, today: dayNumber(view.now) };
  const row = sidebarRows(seen, facts, sidebar, pane + head)[y];
  if (!row) return null;
  if (row.contact !== null) return { kind: 'contact', contact: row.contact };
  return row.spans.length > 0 && facts.contacts.length > 0 ? { kind: 'requests' } : null;
}

function linkAt(spans: Line, column: number): string | null {
  let used = 0;
  for (const { text, link } of spans) {
    used += widthOf(text);
    if (column < used) return link ?? null;
  }
  return null;
}
