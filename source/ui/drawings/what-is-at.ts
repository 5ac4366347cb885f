import type { State } from '../../core/types.ts';
import { layoutOf, promptColumns } from '../model/layout.ts';
import { draftOf, type View } from '../model/view.ts';
import { widthOf } from '../text/cells.ts';
import type { Line } from '../text/line.ts';
import { offsetAt } from '../text/wrap.ts';
import { messageRows } from './messages.ts';
import { sidebarRows } from './sidebar.ts';

/** What a cell of the main screen belongs to. */
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
 * What is at column `x` and row `y` (both from 0) of the main screen as it is drawn for `view` and `facts`; null where nothing can be
 * meant. Dialogs and popups lie over it and are not asked.
 */
export function whatIsAt(view: View, facts: State, x: number, y: number): Target | null {
  const { sidebar, main, head, pane, composer, notes } = layoutOf(view, facts);
  if (y < 1 || x < 0 || x >= view.columns) return null;
  if (y < 1 + head + pane) {
    const left = sidebar > 0 ? sidebar + 1 : 0;
    if (x < sidebar) return inList(view, facts, { columns: sidebar, rows: pane + head, y: y - 1 });
    if (x < left) return null;
    if (y === 1) return view.selected === null ? null : { kind: 'head' };
    const shown = messageRows(view, facts, main, pane).rows[y - 1 - head];
    if (!shown) return null;
    const { spans, row, at } = shown;
    return row === null ? null : { kind: 'message', row, at, link: linkAt(spans, x - left) };
  }
  // Below the pane: the rule, the notes, the draft, the keys.
  const drawn = y - (2 + head + pane) - notes.length;
  const first = composer.rows[0];
  if (drawn < 0 || drawn >= composer.rows.length || !first) return null;
  const { text } = draftOf(view);
  const offset = text === '' ? 0 : offsetAt(composer.rows, drawn, Math.max(0, x - promptColumns));
  return { kind: 'draft', offset };
}

function inList(
  view: View,
  facts: State,
  { columns, rows, y }: { readonly columns: number; readonly rows: number; readonly y: number },
): Target | null {
  const { contact, spans } = sidebarRows(view, facts, columns, rows)[y] ?? { contact: null, spans: [] };
  if (contact !== null) return { kind: 'contact', contact };
  return spans.length > 0 && facts.contacts.length > 0 ? { kind: 'requests' } : null;
}

function linkAt(spans: Line, column: number): string | null {
  let used = 0;
  for (const { text, link } of spans) {
    used += widthOf(text);
    if (column < used) return link ?? null;
  }
  return null;
}
