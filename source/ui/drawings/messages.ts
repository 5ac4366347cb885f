import type { State } from '../../core/types.ts';
import { keyFor } from '../model/bindings.ts';
import { blank, line, say, type Line } from '../text/line.ts';
import { frameOf } from '../reading/paging.ts';
import { anchorFor, paneWindow } from '../reading/pane.ts';
import { wrap } from '../text/wrap.ts';
import type { View } from '../model/view.ts';

/** One row of the message pane: the message that it belongs to, null where there is none, and the letter that it begins at. */
type MessageRow = { readonly spans: Line; readonly row: number | null; readonly at: number };

/** The message pane: exactly `rows` rows, the newest at the bottom, and whether newer ones are below them. */
export function messageRows(
  view: View,
  facts: State,
  columns: number,
  rows: number,
): { readonly rows: readonly MessageRow[]; readonly atEnd: boolean } {
  const conversation = view.selected === null ? undefined : facts.conversations.get(view.selected);
  if (!conversation || conversation.messages.length === 0) {
    const said = welcome(view, facts, columns).slice(0, rows);
    return { rows: [...said.map(nobodys), ...empty(rows - said.length)], atEnd: true };
  }
  const frame = frameOf(view, facts, columns);
  const shown = paneWindow(conversation, frame, rows, anchorFor(conversation, frame, rows, view.anchor));
  return { rows: [...empty(rows - shown.rows.length), ...shown.rows], atEnd: shown.atEnd };
}

function nobodys(spans: Line): MessageRow {
  return { spans, row: null, at: 0 };
}

function empty(count: number): readonly MessageRow[] {
  return Array.from({ length: Math.max(0, count) }, () => nobodys(blank));
}

/** The text of an empty pane: how to start the conversation. */
function welcome(view: View, facts: State, columns: number): readonly Line[] {
  if (facts.phase === 'opening') return [blank, line(say`  opening…`, 'dim')];
  const texts =
    facts.contacts.length === 0
      ? [
          say`You have no contacts yet.`,
          say``,
          say`/invite  makes a link to send to someone`,
          say`/join    takes a link that someone sent you`,
          say``,
          say`Then type, and press Enter.`,
        ]
      : view.selected === null
        ? [say`${keyFor(view.keys, 'open-palette', say`/query NAME`)} goes to a conversation.`]
        : facts.conversations.has(view.selected)
          ? [say`No messages yet. What you write is encrypted for this person only.`]
          : [say`loading…`];
  return [
    blank,
    ...texts.flatMap((text) => wrap(text, columns - 4).map((row) => line(say`  ${row.text}`, 'dim'))),
  ];
}
