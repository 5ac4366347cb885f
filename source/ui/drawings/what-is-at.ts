import type { State } from '../../core/types.ts';
import { layoutOf, promptColumns, type Layout } from '../model/layout.ts';
import { draftOf, type View } from '../model/view.ts';
import { widthOf } from '../text/cells.ts';
import type { Line } from '../text/line.ts';
import { offsetAt } from '../text/wrap.ts';
import { shownOn } from '../reading/paging.ts';
import { anchorFor, paneWindow } from '../reading/pane.ts';
import { sidebarEntries } from './sidebar.ts';

/** What a cell of the main screen belongs to. */
export type Target =
  | { readonly kind: 'contact'; readonly contact: number }
  | { readonly kind: 'requests' }
  /** `link` is where the cell leads. */
  | { readonly kind: 'message'; readonly row: number; readonly link: string | null }
  | { readonly kind: 'head' }
  /** The offset in the draft that the cursor goes to. */
  | { readonly kind: 'draft'; readonly offset: number };

/**
 * What is at column `x` and row `y` (both from 0) of the main screen as it is drawn for `view` and `facts`; null where nothing can be
 * meant. Dialogs and popups lie over it and are not asked.
 */
export function whatIsAt(view: View, facts: State, x: number, y: number): Target | null {
  const layout = layoutOf(view, facts);
  const { sidebar, pane, notes } = layout;
  if (y < 1 || x < 0 || x >= view.columns) return null;
  // Below the pane: the rule, the notes, the draft, the keys.
  const below = 2 + pane;
  if (y >= below) return inDraft(view, layout, x, y - below - 1 - notes.length);
  if (x < sidebar) return sidebarEntries(view, facts, pane + 1)[y - 1] ?? null;
  const left = sidebar > 0 ? sidebar + 1 : 0;
  return x < left ? null : inMain(view, facts, x - left, y);
}

function inMain(view: View, facts: State, x: number, y: number): Target | null {
  if (view.selected === null) return null;
  return y === 1 ? { kind: 'head' } : inPane(view, facts, x, y - 2);
}

function inPane(view: View, facts: State, x: number, y: number): Target | null {
  const shown = shownOn(view, facts);
  if (!shown) return null;
  const { conversation, frame, height } = shown;
  const { rows } = paneWindow(
    conversation,
    frame,
    height,
    anchorFor(conversation, frame, height, view.anchor),
  );
  const row = rows[y - Math.max(0, height - rows.length)];
  return row ? { kind: 'message', row: row.row, link: linkAt(row.spans, x) } : null;
}

function inDraft(view: View, { composer }: Layout, x: number, y: number): Target | null {
  if (y < 0 || y >= composer.rows.length) return null;
  const isEmpty = draftOf(view).text === '';
  return { kind: 'draft', offset: isEmpty ? 0 : offsetAt(composer.rows, y, Math.max(0, x - promptColumns)) };
}

function linkAt(spans: Line, column: number): string | null {
  let used = 0;
  for (const { text, link } of spans) {
    used += widthOf(text);
    if (column < used) return link ?? null;
  }
  return null;
}
