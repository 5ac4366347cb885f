import type { MessageView } from '../../core/types.ts';
import type { Desk } from '../desk/desk.ts';
import { catchUp, goThere, onScreen, settledAt, type Shown } from './paging.ts';
import { paneWindow, revealed, rowCount } from './pane.ts';
import { setAnchor } from './reading.ts';

/** The selected message, if there is one and it is in memory. */
export function pickedMessage(desk: Desk): MessageView | null {
  const { picked } = desk.view.get();
  return onScreen(desk)?.conversation.messages.find(({ row }) => row === picked) ?? null;
}

/** Selects the newest message on the screen; returns whether there is one. */
export function startPicking(desk: Desk): boolean {
  const shown = onScreen(desk);
  const row =
    shown &&
    paneWindow(shown.conversation, shown.frame, shown.height, desk.view.get().anchor).rows.at(-1)?.row;
  if (!shown || row === undefined || row === null) return false;
  pick(desk, shown, row);
  return true;
}

/** Ends the selection; the messages on the screen stay where they are. */
export function endPicking(desk: Desk): void {
  if (desk.view.get().picked === null) return;
  desk.view.update((view) => ({ ...view, picked: null, find: null }));
  const shown = onScreen(desk);
  const { anchor } = desk.view.get();
  if (shown && anchor) setAnchor(desk, settledAt(shown, anchor));
}

/** Selects the message `by` places further down; below the newest one the selection ends. */
export function pickNext(desk: Desk, by: 1 | -1): void {
  const shown = onScreen(desk);
  if (!shown) return;
  const { messages, latest } = shown.conversation;
  const at = indexOfPicked(desk, shown) + by;
  const next = messages[Math.max(0, at)];
  if (next) pick(desk, shown, next.row);
  else if (latest) endPicking(desk);
}

/** Selects a message about a screen further up or down. */
export function pickPage(desk: Desk, by: 1 | -1): void {
  const shown = onScreen(desk);
  if (!shown) return;
  const { conversation, frame, height } = shown;
  const { messages } = conversation;
  let at = indexOfPicked(desk, shown);
  for (let rows = 0; messages[at + by]; at += by) {
    rows += rowCount(conversation, frame, at + by);
    if (rows > height - 2) break;
  }
  const row = messages[at]?.row;
  if (row === undefined || row === desk.view.get().picked) return pickNext(desk, by);
  pick(desk, shown, row);
}

/** Selects the oldest message there is, or the newest. */
export function pickEnd(desk: Desk, end: 'oldest' | 'newest'): void {
  const shown = onScreen(desk);
  if (!shown) return;
  const arrive = (there: Shown): void => {
    const { messages } = there.conversation;
    const row = (end === 'oldest' ? messages[0] : messages.at(-1))?.row;
    if (row !== undefined) pick(desk, there, row);
  };
  const { complete, latest } = shown.conversation;
  if (end === 'oldest' ? complete : latest) arrive(shown);
  else goThere(desk, end, arrive);
}

/** Selects the message of `row`, which is in memory, and brings it onto the screen. */
export function pick(desk: Desk, shown: Shown, row: number): void {
  const { conversation, frame, height } = shown;
  desk.view.update((view) => ({ ...view, picked: row }));
  setAnchor(desk, revealed(conversation, frame, { height, anchor: desk.view.get().anchor }, row));
}

/** The place of the selected message; when it is gone, that of the first one on the screen. */
function indexOfPicked(desk: Desk, { conversation, frame, height }: Shown): number {
  const { picked, anchor } = desk.view.get();
  const { messages } = conversation;
  const at = messages.findIndex(({ row }) => row === picked);
  return at >= 0 ? at : paneWindow(conversation, frame, height, anchor).above;
}

/** After `gone` was deleted: its neighbour is selected, the newer one if there is one. */
export function pickAfter(desk: Desk, { row }: MessageView): void {
  if (desk.view.get().picked !== row) return;
  catchUp(desk);
  const shown = onScreen(desk);
  const next =
    shown?.conversation.messages.find((message) => message.row > row) ?? shown?.conversation.messages.at(-1);
  if (shown && next) pick(desk, shown, next.row);
  else endPicking(desk);
}
