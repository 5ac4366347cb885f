import type { Conversation, MessageView } from '../../core/types.ts';
import { blockOf, type Block, type Frame } from './blocks.ts';
import type { Line } from '../text/line.ts';
import type { Anchor } from '../model/view.ts';

/** The place of the first row above a message that is not empty, or of the message itself where there is none. */
export const aboveAll = Number.NEGATIVE_INFINITY;

/** One row of the message pane and the message it belongs to. */
type PaneRow = Anchor & { readonly spans: Line };

/** The part of a conversation that is on screen. */
type PaneWindow = {
  readonly rows: readonly PaneRow[];
  /** True if the newest message's last row is among them. */
  readonly atEnd: boolean;
  /** How many messages in memory are above the first one on screen, and below the last. */
  readonly above: number;
  readonly below: number;
};

/**
 * The rows of `conversation` that are on screen: the last `height` ones, or those from `anchor` on. Only messages
 * that are near it are laid out, however long the conversation is.
 */
export function paneWindow(
  conversation: Conversation,
  frame: Frame,
  height: number,
  anchor: Anchor | null,
): PaneWindow {
  const { messages, latest } = conversation;
  if (anchor) {
    const rows = rowsFrom(messages, frame, startOf(messages, frame, anchor), height + 1);
    if (rows.length > height) return windowOf(messages, rows.slice(0, height), false);
  }
  return windowOf(messages, lastRows(messages, frame, height), latest);
}

/**
 * The anchor after scrolling by `delta` rows (down is positive): the row that is on top then. Null when the newest message's last row
 * is on screen; scrolling stops at either end of the messages in memory.
 */
export function scrolled(
  conversation: Conversation,
  frame: Frame,
  window: { readonly height: number; readonly anchor: Anchor | null },
  delta: number,
): Anchor | null {
  const { messages } = conversation;
  const { height, anchor } = window;
  const top = paneWindow(conversation, frame, height, anchor).rows[0];
  if (!top) return null;
  const from = startOf(messages, frame, top);
  const passed =
    delta < 0 ? rowsBefore(messages, frame, from, -delta) : rowsFrom(messages, frame, from, delta + 1);
  const { row, at } = (delta < 0 ? passed[0] : passed.at(-1)) ?? top;
  return topOf(paneWindow(conversation, frame, height, { row, at }));
}

/** The anchor of the first row on screen; null when the newest message's last row is there, too: the pane then follows new messages. */
function topOf({ rows, atEnd }: PaneWindow): Anchor | null {
  return atEnd ? null : anchorOf(rows[0]);
}

/** A row of a message, counted from the first of the rows above it. */
type Start = { readonly index: number; readonly line: number };

/** Where an anchor is now: its message, or the next one that is still in memory; its row, or the nearest there is. */
function startOf(messages: readonly MessageView[], frame: Frame, anchor: Anchor): Start {
  const index = messages.findIndex((message) => message.row === anchor.row);
  if (index < 0) return { index: 0, line: 0 };
  return { index, line: lineAt(blockOf(messages, index, frame), anchor.at) };
}

/** The row that has the letter at `at`; of the rows above the message, the one that is so far above it. */
function lineAt({ above, own }: Block, at: number): number {
  if (at === aboveAll) {
    const first = above.findIndex((spans) => spans.length > 0);
    return first < 0 ? above.length : first;
  }
  if (at < 0) return Math.max(0, above.length + at);
  return (
    above.length +
    Math.max(
      0,
      own.findLastIndex((row) => row.at <= at),
    )
  );
}

function rowsFrom(messages: readonly MessageView[], frame: Frame, start: Start, count: number): PaneRow[] {
  const rows: PaneRow[] = [];
  for (let index = start.index; index < messages.length && rows.length < count; index++) {
    const all = rowsOf(messages, index, frame);
    rows.push(...(index === start.index ? all.slice(start.line) : all));
  }
  return rows.slice(0, count);
}

function rowsBefore(messages: readonly MessageView[], frame: Frame, start: Start, count: number): PaneRow[] {
  let rows = rowsOf(messages, start.index, frame).slice(0, start.line);
  for (let index = start.index - 1; index >= 0 && rows.length < count; index--) {
    rows = [...rowsOf(messages, index, frame), ...rows];
  }
  return rows.slice(-count);
}

function lastRows(messages: readonly MessageView[], frame: Frame, height: number): PaneRow[] {
  return rowsBefore(messages, frame, { index: messages.length, line: 0 }, height);
}

function rowsOf(messages: readonly MessageView[], index: number, frame: Frame): PaneRow[] {
  const row = messages[index]?.row;
  if (row === undefined) return [];
  const { above, own } = blockOf(messages, index, frame);
  return [
    ...above.map((spans, line) => ({ row, at: line - above.length, spans })),
    ...own.map(({ spans, at }) => ({ row, at, spans })),
  ];
}

function windowOf(messages: readonly MessageView[], rows: readonly PaneRow[], atEnd: boolean): PaneWindow {
  const [first, last] = [rows[0]?.row, rows.at(-1)?.row];
  const above = Math.max(
    0,
    messages.findIndex(({ row }) => row === first),
  );
  const below = messages.length - 1 - messages.findLastIndex(({ row }) => row === last);
  return { rows, atEnd, above, below };
}

/** The anchor that is drawn: the view's anchor, moved if the selected message would be out of sight. */
export function anchorFor(
  conversation: Conversation,
  frame: Frame,
  height: number,
  anchor: Anchor | null,
): Anchor | null {
  const isThere = conversation.messages.some(({ row }) => row === frame.picked);
  return isThere && frame.picked !== null
    ? revealed(conversation, frame, { height, anchor }, frame.picked)
    : anchor;
}

/** The anchor that has the message of `row` in the middle of the pane. */
export function centred(
  conversation: Conversation,
  frame: Frame,
  height: number,
  row: number,
): Anchor | null {
  const { messages } = conversation;
  const index = messages.findIndex((message) => message.row === row);
  const rows = rowsBefore(messages, frame, { index, line: 0 }, Math.floor(height / 2));
  return anchorOf(rows[0]) ?? { row, at: aboveAll };
}

/** Number of rows that the message at `index` takes, with the separators from the one before. */
export function rowCount({ messages }: Conversation, frame: Frame, index: number): number {
  const { above, own } = blockOf(messages, index, frame);
  return above.length + own.length;
}

/**
 * The anchor that has all of the message of `row` on screen, moved as little as that takes; of a message higher than the pane, its
 * first rows. Never null while there is something to hold on to: new messages do not move the ones being read.
 */
export function revealed(
  conversation: Conversation,
  frame: Frame,
  window: { readonly height: number; readonly anchor: Anchor | null },
  row: number,
): Anchor | null {
  const { messages } = conversation;
  const { height, anchor } = window;
  const { rows } = paneWindow(conversation, frame, height, anchor);
  const index = messages.findIndex((message) => message.row === row);
  const count = rowCount(conversation, frame, index);
  const there = rows.filter((one) => one.row === row);
  if (there.length === count) return anchorOf(rows[0]);
  const [first] = rowsOf(messages, index, frame);
  const isBelow =
    (there.length > 0 && there[0]?.at === first?.at) ||
    index > messages.findIndex((message) => message.row === rows.at(-1)?.row);
  const end = { index: index + 1, line: 0 };
  const top =
    isBelow && count < height ? anchorOf(rowsBefore(messages, frame, end, height)[0]) : { row, at: aboveAll };
  return anchorOf(paneWindow(conversation, frame, height, top).rows[0]);
}

function anchorOf(top: PaneRow | undefined): Anchor | null {
  return top ? { row: top.row, at: top.at } : null;
}
