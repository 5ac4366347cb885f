import { printableLine } from '../core/printable.ts';
import type { State } from '../core/types.ts';
import { popupOf } from './composer/popup.ts';
import type { Desk } from './desk/desk.ts';
import { panelOf } from './dialog-list.ts';
import { placePanel, roomFor, type Placed } from './drawings/dialog-box.tsx';
import { popupLines } from './drawings/popup.ts';
import { layoutOf } from './model/layout.ts';
import type { View } from './model/view.ts';

/** The choice of a placed panel that is drawn at a cell; null where there is none. */
export function choiceAt({ x, y, columns, choices }: Placed, column: number, row: number): number | null {
  if (column < x || column >= x + columns) return null;
  return choices[row - y - 1] ?? null;
}

/** The open dialog, or else the popup, as it is drawn on the screen; null where there is neither. */
export function placedPanel({ version }: Pick<Desk, 'version'>, view: View, facts: State): Placed | null {
  const { dialog } = view;
  if (!dialog) return placedPopup(view, facts);
  const room = roomFor(dialog, view);
  return placePanel(
    panelOf(dialog, {
      facts,
      keys: view.keys,
      settings: view.settings,
      isAscii: view.terminal.isAscii,
      version: printableLine(version),
      now: view.now,
      ...room,
    }),
    dialog,
    view,
  );
}

/** Places the popup above the rule, over the last rows of the messages: nothing else moves. */
export function placedPopup(view: View, facts: State): Placed | null {
  const popup = popupOf(view, facts);
  if (!popup) return null;
  const { sidebar, main, head, pane } = layoutOf(view, facts);
  const x = sidebar > 0 ? sidebar + 1 : 0;
  const lines = popupLines(popup, main, { contacts: facts.contacts, isAscii: view.terminal.isAscii });
  return { x, y: 1 + head + pane - popup.rows, columns: main, lines, caret: null, choices: [] };
}
