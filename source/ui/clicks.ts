import type { State } from '../core/types.ts';
import { popupOf, takeCompletionAt } from './composer/popup.ts';
import { openMessage } from './dialogs/message.ts';
import { openRequests } from './dialogs/requests.ts';
import type { Desk } from './desk/desk.ts';
import { hasChoices, takeChoice } from './dialog-list.ts';
import { choiceAt, placedPanel, placedPopup } from './placing.ts';
import { whatIsAt, type Target } from './drawings/what-is-at.ts';
import { moveRow } from './composer/writing.ts';
import { defaultAction } from './model/bindings.ts';
import { placeOf, type Dialog } from './model/dialog.ts';
import type { Cell, ClickEvent, WheelEvent } from './model/events.ts';
import { moved } from './model/editor.ts';
import { withoutToast } from './model/toast.ts';
import { draftOf, withDraft, type View } from './model/view.ts';
import { firstShown } from './drawings/popup.ts';
import { onScreen } from './reading/paging.ts';
import { endPicking, pick, pickNext } from './reading/picking.ts';
import { scroll, select } from './reading/reading.ts';

/**
 * Tells whether the terminal should report the mouse: only while clicks and the wheel do something here, and the settings allow it.
 * Otherwise the mouse belongs to the terminal, and texts can be selected.
 */
export function wantsMouse({ settings, dialog }: View): boolean {
  return settings.mouse && (dialog === null || hasChoices(dialog));
}

/** Carries out a click on a cell; does nothing while the messenger is locked or still opening. */
export function click(desk: Desk, { x, y }: ClickEvent): void {
  const view = desk.view.get();
  // A report that was under way when reporting ended, or that somebody forged.
  if (!wantsMouse(view) || desk.opened() === null) return;
  if (view.dialog) return clickDialog(desk, x, y);
  const facts = desk.facts.get();
  if (clickPopup(desk, facts, x, y)) return;
  const target = whatIsAt(view, facts, x, y);
  if (target) clicked(desk, target);
}

function clickDialog(desk: Desk, x: number, y: number): void {
  const placed = placedPanel(desk, desk.view.get(), desk.facts.get());
  const choice = placed && choiceAt(placed, x, y);
  if (choice !== null) takeChoice(desk, choice);
}

/** Tells whether a cell belongs to the popup above the draft. */
function isOverPopup(view: View, facts: State, { x, y }: Cell): boolean {
  const popup = popupOf(view, facts);
  const placed = popup && placedPopup(view, facts);
  return placed ? x >= placed.x && y >= placed.y && y < placed.y + popup.rows : false;
}

/** Takes the completion under the mouse; true if there is a popup there. */
function clickPopup(desk: Desk, facts: State, x: number, y: number): boolean {
  const view = desk.view.get();
  const popup = popupOf(view, facts);
  const placed = popup && placedPopup(view, facts);
  if (!placed || !isOverPopup(view, facts, { x, y })) return false;
  if (y > placed.y) takeCompletionAt(desk, firstShown(popup) + y - placed.y - 1);
  return true;
}

function clicked(desk: Desk, target: Target): void {
  switch (target.kind) {
    case 'contact':
      desk.view.update(withoutToast);
      return select(desk, target.contact);
    case 'requests':
      return openRequests(desk);
    case 'message':
      return clickMessage(desk, target);
    case 'draft':
      return clickDraft(desk, target.offset);
    case 'head':
      return undefined;
  }
}

/** Selects the message; on a link it also opens its sheet, which shows where the link leads, as the key does. */
function clickMessage(desk: Desk, { row, link }: Extract<Target, { readonly kind: 'message' }>): void {
  const shown = onScreen(desk);
  const message = shown?.conversation.messages.find((one) => one.row === row);
  if (!shown || !message) return;
  pick(desk, shown, row);
  if (link !== null) openMessage(desk, message);
}

function clickDraft(desk: Desk, offset: number): void {
  endPicking(desk);
  desk.view.update((view) =>
    draftOf(view).text === '' ? view : withDraft(view, view.selected ?? 0, (editor) => moved(editor, offset)),
  );
}

const wheelRows = 3;

/** Scrolls the part under the wheel: the choices of a dialog or of the popup, any other dialog, the draft, or the messages. */
export function turnWheel(desk: Desk, event: WheelEvent, run: (action: string) => void): void {
  const view = desk.view.get();
  const by = event.direction === 'up' ? -1 : 1;
  if (view.dialog) return run(wheelInDialog(view, view.dialog, event.direction));
  if (isOverPopup(view, desk.facts.get(), event))
    return run(by < 0 ? 'previous-completion' : 'next-completion');
  const isDraft = whatIsAt(view, desk.facts.get(), event.x, event.y)?.kind === 'draft';
  if (isDraft && draftOf(view).text !== '') return turnDraft(desk, by);
  if (view.picked !== null) return pickNext(desk, by);
  return scroll(desk, by * wheelRows);
}

function wheelInDialog({ keys }: View, dialog: Dialog, direction: 'up' | 'down'): string {
  const own = hasChoices(dialog) ? defaultAction(keys, direction, placeOf(dialog)) : null;
  return own ?? `scroll-dialog-${direction}`;
}

/** Moves the cursor a row, but never to earlier texts. */
function turnDraft(desk: Desk, by: 1 | -1): void {
  desk.view.update((view) =>
    withDraft(view, view.selected ?? 0, (editor) => {
      const next = moveRow(editor, view.columns, by);
      return next.recalled === editor.recalled ? next : editor;
    }),
  );
}
