import type { State } from '../../core/types.ts';
import { keyFor } from '../model/bindings.ts';
import { blank, line, say, type Line } from '../text/line.ts';
import { frameOf } from '../reading/paging.ts';
import { anchorFor, paneWindow } from '../reading/pane.ts';
import { wrap } from '../text/wrap.ts';
import type { View } from '../model/view.ts';

/** The message pane: exactly `rows` rows, the newest at the bottom, and whether newer ones are below them. */
export function messageLines(
  view: View,
  facts: State,
  columns: number,
  rows: number,
): { readonly lines: readonly Line[]; readonly atEnd: boolean } {
  const conversation = view.selected === null ? undefined : facts.conversations.get(view.selected);
  if (!conversation || conversation.messages.length === 0) {
    return { lines: fromTop(welcome(view, facts, columns), rows), atEnd: true };
  }
  const frame = frameOf(view, columns);
  const shown = paneWindow(conversation, frame, rows, anchorFor(conversation, frame, rows, view.anchor));
  return {
    lines: toBottom(
      shown.rows.map(({ spans }) => spans),
      rows,
    ),
    atEnd: shown.atEnd,
  };
}

function fromTop(lines: readonly Line[], rows: number): readonly Line[] {
  const cut = lines.slice(0, rows);
  return [...cut, ...Array.from({ length: rows - cut.length }, () => blank)];
}

function toBottom(lines: readonly Line[], rows: number): readonly Line[] {
  return [...Array.from({ length: Math.max(0, rows - lines.length) }, () => blank), ...lines];
}

/** Text of an empty pane: says how the first message comes about. */
function welcome(view: View, facts: State, columns: number): readonly Line[] {
  if (facts.phase === 'opening') return [blank, line(say`  opening…`, 'dim')];
  const texts =
    facts.contacts.length === 0
      ? [
          say`Nobody is here yet.`,
          say``,
          say`/invite  makes a link to give to somebody`,
          say`/join    takes a link that somebody gave you`,
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
