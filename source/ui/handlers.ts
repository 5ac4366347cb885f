import { sayNote, type Desk, type Handler } from './desk/desk.ts';
import { keyFor } from './model/bindings.ts';
import { dialogHandlers, type DialogOnly } from './dialog-list.ts';
import { close, moveFocus, openHelp, scrollPanel } from './reading/open.ts';
import { lock } from './dialogs/unlock.ts';
import { openKeys } from './dialogs/keys.ts';
import { openPalette } from './commands/palette.ts';
import { openSearch } from './dialogs/search.ts';
import { verifySelected } from './commands/people-commands.ts';
import { openRotate } from './dialogs/rotate.ts';
import { insert, replaced } from './model/editor.ts';
import { edits, type Edit } from './model/edits.ts';
import { findingHandlers } from './reading/finding.ts';
import type { Action } from './keymap.ts';
import { messageHandlers } from './commands/message-actions.ts';
import { startPicking } from './reading/picking.ts';
import { goTo, scroll, select, selectNext, selectUnread } from './reading/reading.ts';
import { isChosen, popupHandlers, takeCompletion } from './composer/popup.ts';
import { editDraft } from './commands/outside.ts';
import { say } from './text/say.ts';
import { withToast } from './model/toast.ts';
import { contactsInOrder, draftOf, withEditor } from './model/view.ts';
import { moveRow, recall, sendDraft } from './composer/writing.ts';

function editing(edit: Edit): Handler {
  return (desk) => desk.view.update((view) => withEditor(view, edits[edit]));
}

const editHandlers = Object.fromEntries(
  (Object.keys(edits) as Edit[]).map((edit) => [edit, editing(edit)]),
) as Record<Edit, Handler>;

function goToNumber(desk: Desk, event: Parameters<Handler>[1]): void {
  const number = event.type === 'key' ? Number(event.name.at(-1)) : Number.NaN;
  const contact = contactsInOrder(desk.facts.get())[number - 1];
  if (contact) select(desk, contact.id);
  else sayNote(desk, say`there is no conversation ${number}`, say``);
}

/** The first Ctrl+C clears the draft (undo brings it back), the next one on an empty draft quits. */
function clearDraft(desk: Desk): void {
  const view = desk.view.get();
  if (view.quitArmed) return desk.quit();
  const note = {
    text: say`press ${keyFor(view.keys, 'clear-draft', say`it`)} once more to quit`,
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
  desk.view.update((view) => ({ ...view, toast: null }));
  goTo(desk, 'newest');
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
