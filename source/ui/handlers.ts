import { countUse, sayNote, type Desk, type Handler } from './desk/desk.ts';
import { click, turnWheel } from './clicks.ts';
import { actionFor, keyFor } from './model/bindings.ts';
import { dialogHandlers, type DialogOnly } from './dialog-list.ts';
import {
  close,
  dropMark,
  goTo,
  moveFocus,
  openHelp,
  returnToReading,
  scroll,
  scrollPanel,
  select,
  selectNext,
  selectUnread,
} from './reading/reading.ts';
import { lock } from './dialogs/unlock.ts';
import { openKeys } from './dialogs/keys.ts';
import { openPalette } from './commands/palette.ts';
import { openSearch, searchAsTyped } from './dialogs/search.ts';
import { verifySelected } from './commands/people-commands.ts';
import { openRotate } from './dialogs/rotate.ts';
import { insert, replaced } from './model/editor.ts';
import { edits, type Edit } from './model/edits.ts';
import { findingHandlers } from './reading/finding.ts';
import type { Action } from './keymap.ts';
import { messageHandlers } from './commands/message-actions.ts';
import { endPicking, startPicking } from './reading/picking.ts';
import { isChosen, keepCompleting, makeEmoji, popupHandlers, takeCompletion } from './composer/popup.ts';
import { resizeList, toggleList } from './desk/list-width.ts';
import { editDraft } from './commands/outside.ts';
import { say } from './text/line.ts';
import { afterWriting as withToastAfter, withoutToast, withToast } from './model/toast.ts';
import { contactsInOrder, draftOf, withEditor } from './model/view.ts';
import { layoutOf } from './model/layout.ts';
import { keepOnLetter, layersOf, press, takeVimKey } from './composer/vimming.ts';
import { moveRow, recall, sendDraft } from './composer/writing.ts';
import { takesLink } from './dialogs/join.ts';
import { compareWhenWhole } from './dialogs/verify.ts';
import { followInput, takePaste } from './desk/pasting.ts';
import type { ClickEvent, InputEvent, KeyEvent, PasteEvent } from './model/events.ts';

function editing(edit: Edit): Handler {
  return (desk) => desk.view.update((view) => withEditor(view, edits[edit]));
}

const editHandlers = Object.fromEntries(
  (Object.keys(edits) as Edit[]).map((edit) => [edit, editing(edit)]),
) as Record<Edit, Handler>;

function goToNumber(desk: Desk, event: Parameters<Handler>[1]): void {
  const number = event.type === 'key' ? Number(event.name.at(-1)) : Number.NaN;
  const contact = contactsInOrder(desk.facts.get())[number - 1];
  if (!contact) return sayNote(desk, say`there is no conversation ${number}`, say``);
  desk.view.update(withoutToast);
  select(desk, contact.id);
}

/** The first Ctrl+C clears the draft (undo brings it back), the next one on an empty draft quits. */
function clearDraft(desk: Desk): void {
  const view = desk.view.get();
  if (view.quitArmed) return desk.quit();
  const note = {
    text: say`press ${keyFor(view.keys, 'clear-draft', say`it`)} again to quit`,
    hint: say``,
  };
  desk.view.update((now) => {
    const cleared = withEditor(now, (editor) => (editor.text === '' ? editor : replaced(editor, '')));
    return { ...withToast(cleared, 'note', note), quitArmed: true };
  });
}

/** Above an empty line there is no row, only the messages. A recalled text is left the way it came. */
function rowUp(desk: Desk): void {
  const { text, recalled } = draftOf(desk.view.get());
  if (text === '' && recalled < 0 && startPicking(desk)) return;
  desk.view.update((view) => withEditor(view, (editor) => moveRow(editor, view.columns, -1)));
}

function cancel(desk: Desk): void {
  desk.view.update(withoutToast);
  goTo(desk, 'newest');
}

function scrollHalf(by: 1 | -1): Handler {
  return (desk) => {
    const { pane } = layoutOf(desk.view.get(), desk.facts.get());
    scroll(desk, by * Math.max(1, Math.floor(pane / 2)));
  };
}

function deleteOrQuit(desk: Desk, event: Parameters<Handler>[1]): void {
  if (draftOf(desk.view.get()).text === '') return desk.quit();
  editHandlers['delete-ahead'](desk, event);
}

/**
 * Handlers of the actions outside of dialogs, and of those in all dialogs: an action of the key map without a line here is a compile
 * error.
 */
const ownHandlers: Readonly<Record<Exclude<Action, DialogOnly>, Handler>> = {
  ...editHandlers,
  ...popupHandlers,
  ...messageHandlers,
  ...findingHandlers,
  'open-search': (desk) => openSearch(desk),
  send: (desk) => (isChosen(desk) ? takeCompletion(desk) : sendDraft(desk)),
  'new-line': (desk) => desk.view.update((view) => withEditor(view, (editor) => insert(editor, '\n'))),
  'open-palette': openPalette,
  'show-keys': openKeys,
  'rotate-keys': openRotate,
  'verify-contact': verifySelected,
  'open-help': openHelp,
  'next-conversation': (desk) => selectNext(desk, 1),
  'previous-conversation': (desk) => selectNext(desk, -1),
  'go-to-number': goToNumber,
  'next-unread': selectUnread,
  'vim-redo': (desk) => press(desk, 'redo'),
  'vim-find': (desk) => openSearch(desk),
  'vim-go-to': openPalette,
  'half-page-up': scrollHalf(-1),
  'half-page-down': scrollHalf(1),
  'toggle-list': toggleList,
  'narrow-list': (desk) => resizeList(desk, -1),
  'widen-list': (desk) => resizeList(desk, 1),
  'page-up': (desk) => scroll(desk, -1, 'pages'),
  'page-down': (desk) => scroll(desk, 1, 'pages'),
  'go-oldest': (desk) => goTo(desk, 'oldest'),
  'go-newest': (desk) => goTo(desk, 'newest'),
  'row-up': rowUp,
  'row-down': (desk) => desk.view.update((view) => withEditor(view, (e) => moveRow(e, view.columns, 1))),
  'recall-older': (desk) => desk.view.update((view) => withEditor(view, (editor) => recall(editor, 1))),
  'recall-newer': (desk) => desk.view.update((view) => withEditor(view, (editor) => recall(editor, -1))),
  cancel,
  'edit-draft': editDraft,
  'clear-draft': clearDraft,
  'delete-or-quit': deleteOrQuit,
  redraw: (desk) => desk.terminal.redraw(),
  suspend: (desk) => desk.terminal.suspend(),
  quit: (desk) => desk.quit(),
  lock,
  'close-dialog': close,
  'scroll-dialog-up': scrollPanel(-1),
  'scroll-dialog-down': scrollPanel(1),
  'next-field': moveFocus(1),
  'previous-field': moveFocus(-1),
};

/** Handlers of all actions. */
export const handlers: Readonly<Partial<Record<string, Handler>>> = { ...ownHandlers, ...dialogHandlers };

/** Handles one event of the terminal. */
export function dispatch(desk: Desk, event: InputEvent): void {
  switch (event.type) {
    case 'key':
      return writing(desk, () => pressKey(desk, event));
    case 'paste':
      return writing(desk, () => pasteText(desk, event));
    case 'undecoded':
    case 'pasting':
      return followInput(desk, event);
    case 'wheel':
      return turnWheel(desk, event, (action) => handlers[action]?.(desk, event));
    case 'click':
      return clickOnce(desk, event);
    case 'focus':
      return changeFocus(desk, event.focused);
    case 'paste-end':
    case 'reply':
      return undefined;
  }
}

function pasteText(desk: Desk, event: PasteEvent): void {
  if (event.left === 0 && takesLink(desk, event.text)) return;
  takePaste(desk, event);
  compareWhenWhole(desk);
}

function changeFocus(desk: Desk, focused: boolean): void {
  desk.view.update((view) => (view.focused === focused ? view : { ...view, focused }));
  if (focused) returnToReading(desk);
}

/** Writing ends the selection of a message, and removes a line about an earlier event. */
function writing(desk: Desk, write: () => void): void {
  const before = desk.view.get();
  write();
  desk.view.update((view) => withToastAfter(view, before));
  const { text } = draftOf(desk.view.get());
  if (text !== '' && text !== draftOf(before).text) endPicking(desk);
  searchAsTyped(desk);
  keepCompleting(desk);
  keepOnLetter(desk);
}

function pressKey(desk: Desk, event: KeyEvent): void {
  dropMark(desk);
  const { quitArmed } = desk.view.get();
  const action = actionOf(desk, event);
  if (quitArmed && action !== 'clear-draft') disarm(desk);
  if (action !== 'open-help' && takeVimKey(desk, event)) return undefined;
  if (action) return act(desk, action, event);
  typeKey(desk, event);
}

function act(desk: Desk, action: string, event: KeyEvent): void {
  countUse(desk, action);
  handlers[action]?.(desk, event);
}

function typeKey(desk: Desk, event: KeyEvent): void {
  const text = typesTab(desk, event) ? '\t' : event.text;
  if (text === '') return;
  desk.view.update((view) => withEditor(view, (editor) => insert(editor, text, 'type')));
  if (event.text === ':') makeEmoji(desk);
  compareWhenWhole(desk);
}

function actionOf(desk: Desk, event: KeyEvent): string | null {
  if (opensHelp(desk, event)) return 'open-help';
  const view = desk.view.get();
  return actionFor(view.keys, event.name, layersOf(view, desk.facts.get()));
}

function disarm(desk: Desk): void {
  desk.view.update((view) => ({ ...view, quitArmed: false, toast: null }));
}

/** Types a tab where there is nothing to complete; in a command, Tab only asks for a completion, and types nothing if there is none. */
function typesTab(desk: Desk, { name }: KeyEvent): boolean {
  const view = desk.view.get();
  return (
    name === 'tab' && view.dialog === null && view.picked === null && !draftOf(view).text.startsWith('/')
  );
}

/** In an empty line a question mark asks for help; in the help screen a second one types it after all. */
function opensHelp(desk: Desk, event: KeyEvent): boolean {
  const view = desk.view.get();
  return event.name === '?' && view.dialog === null && draftOf(view).text === '';
}

function clickOnce(desk: Desk, event: ClickEvent): void {
  if (desk.view.get().quitArmed) disarm(desk);
  click(desk, event);
  keepOnLetter(desk);
}
