import { actionFor } from './model/bindings.ts';
import type { Desk } from './desk/desk.ts';
import { type Dialog, focusedField, placeOf } from './model/dialog.ts';
import { searchAsTyped } from './dialogs/search.ts';
import { compareWhenWhole } from './dialogs/verify.ts';
import { insert } from './model/editor.ts';
import { followInput, takePaste } from './desk/pasting.ts';
import { handlers } from './handlers.ts';
import type { InputEvent, KeyEvent, PasteEvent } from './model/events.ts';
import type { Where } from './model/keymap.ts';
import { endPicking, pickNext } from './reading/picking.ts';
import { keepCompleting, makeEmoji, popupOf } from './composer/popup.ts';
import { returnToReading, scroll } from './reading/reading.ts';
import { atKey } from './model/toast.ts';
import { draftOf, withEditor } from './model/view.ts';

const wheelRows = 3;
const inConversation: readonly Where[] = ['conversation', 'text', 'everywhere'];
const whileSelecting: readonly Where[] = ['selecting', ...inConversation];
const whileFinding: readonly Where[] = ['finding', ...whileSelecting];
const inPopup: readonly Where[] = ['completion', ...inConversation];

/** Where keys count now, the innermost place first. */
function layersOf(desk: Desk, dialog: Dialog | null): readonly Where[] {
  if (!dialog && desk.view.get().picked !== null) return desk.view.get().find ? whileFinding : whileSelecting;
  if (!dialog) return popupOf(desk.view.get(), desk.facts.get()) ? inPopup : inConversation;
  const place = placeOf(dialog);
  if (place === 'no-passphrase') return [place, 'everywhere'];
  if (!focusedField(dialog)) return [place, 'dialog', 'everywhere'];
  return [place, 'dialog', 'text', 'everywhere'];
}

/** Handles one event of the terminal. */
export function dispatch(desk: Desk, event: InputEvent): void {
  switch (event.type) {
    case 'key':
      pressKey(desk, event);
      return afterWriting(desk);
    case 'paste':
      pasteText(desk, event);
      return afterWriting(desk);
    case 'undecoded':
    case 'pasting':
      return followInput(desk, event);
    case 'wheel':
      return turnWheel(desk, event.direction === 'up' ? -1 : 1);
    case 'focus':
      return changeFocus(desk, event.focused);
    case 'paste-end':
    case 'reply':
      return undefined;
  }
}

function pasteText(desk: Desk, event: PasteEvent): void {
  if (asksYesOrNo(desk.view.get().dialog)) return;
  takePaste(desk, event);
  compareWhenWhole(desk);
}

function changeFocus(desk: Desk, focused: boolean): void {
  desk.view.update((view) => (view.focused === focused ? view : { ...view, focused }));
  if (focused) returnToReading(desk);
}

/** Writing ends the selection of a message. */
function afterWriting(desk: Desk): void {
  if (draftOf(desk.view.get()).text !== '') endPicking(desk);
  searchAsTyped(desk);
  keepCompleting(desk);
}

function pressKey(desk: Desk, event: KeyEvent): void {
  desk.view.update(atKey);
  const { dialog, quitArmed, keys } = desk.view.get();
  const layers = layersOf(desk, dialog);
  const action = opensHelp(desk, event) ? 'open-help' : actionFor(keys, event.name, layers);
  if (quitArmed && action !== 'clear-draft') {
    desk.view.update((view) => ({ ...view, quitArmed: false, toast: null }));
  }
  if (action) return handlers[action]?.(desk, event);
  const text = typesTab(desk, event) ? '\t' : event.text;
  if (text === '' || asksYesOrNo(dialog)) return;
  desk.view.update((view) => withEditor(view, (editor) => insert(editor, text, 'type')));
  if (event.text === ':') makeEmoji(desk);
  compareWhenWhole(desk);
}

/** Types a tab where there is nothing to complete; in a command, Tab only asks for a completion, and types nothing if there is none. */
function typesTab(desk: Desk, { name }: KeyEvent): boolean {
  const view = desk.view.get();
  return (
    name === 'tab' && view.dialog === null && view.picked === null && !draftOf(view).text.startsWith('/')
  );
}

/** A question over a form that is still behind it: nothing goes into the form now. */
function asksYesOrNo(dialog: Dialog | null): boolean {
  return dialog !== null && placeOf(dialog) === 'no-passphrase';
}

/** In an empty line a question mark asks for help; in the help screen a second one types it after all. */
function opensHelp(desk: Desk, event: KeyEvent): boolean {
  const view = desk.view.get();
  return event.name === '?' && view.dialog === null && draftOf(view).text === '';
}

function turnWheel(desk: Desk, by: 1 | -1): void {
  const action = by < 0 ? 'scroll-dialog-up' : 'scroll-dialog-down';
  const { dialog } = desk.view.get();
  if (!dialog && desk.view.get().picked !== null) return pickNext(desk, by);
  if (!dialog) return scroll(desk, by * wheelRows);
  handlers[action]?.(desk, { type: 'wheel', direction: by < 0 ? 'up' : 'down' });
}
