import type { ContactView, Printable } from '../../core/types.ts';
import { keyFor } from '../model/bindings.ts';
import { attempt, callsOf, sayError, type Desk } from '../desk/desk.ts';
import { sayPartOfLink, sayTooLong } from '../desk/pasting.ts';
import { moved, replaced, sent, type Editor } from '../model/editor.ts';
import { draftColumns, draftRows } from '../model/layout.ts';
import { runCommand } from '../commands/commands.ts';
import { linkAlone } from '../../core/slash-commands.ts';
import { takesLink } from '../dialogs/join.ts';
import { openRequests } from '../dialogs/requests.ts';
import { warningOf } from '../model/notes.ts';
import { draftOf, isAsking, isStopped, selectedContact, withDraft } from '../model/view.ts';
import { offsetAt, placeOf } from '../text/wrap.ts';
import { goTo } from '../reading/reading.ts';
import { say } from '../text/line.ts';

/** Sends the draft, or runs it if it is a command. The draft is cleared at once and comes back if that fails. */
export function sendDraft(desk: Desk): void {
  const view = desk.view.get();
  const { text } = draftOf(view);
  const contact = selectedContact(view, desk.facts.get());
  if (text.trim() === '') return contact && isAsking(contact) ? openRequests(desk) : undefined;
  if (isCommand(text)) return runCommand(desk, text);
  if (joinsInstead(desk, text) || sayPartOfLink(desk, text)) return;
  if (contact && isStopped(contact)) return refuse(desk, contact);
  if (view.selected === null) return refuseNobody(desk, text);
  sendText(desk, view.selected, text.replace(/^\/\//u, '/'));
}

/** Tells whether a draft is a command: two slashes begin a text with one. */
export function isCommand(text: string): boolean {
  return text.startsWith('/') && !text.startsWith('//');
}

/**
 * A link alone is never sent, because it would let somebody else in: it is for joining. The join dialog opens with it, and the draft is
 * empty.
 */
function joinsInstead(desk: Desk, text: string): boolean {
  if (linkAlone(text) === null || !callsOf(desk)) return false;
  desk.view.update((view) => withDraft(view, view.selected ?? 0, (editor) => replaced(editor, '')));
  return takesLink(desk, text);
}

function refuseNobody(desk: Desk, text: string): void {
  const takes = commandFor(text);
  if (takes) {
    const hint = say`${takes} and a blank before it take it`;
    return sayError(desk, { text: say`nobody to send this link to`, hint });
  }
  const hasPeople = desk.facts.get().contacts.length > 0;
  const hint = hasPeople
    ? say`${keyFor(desk.view.get().keys, 'open-palette', say`/query NAME`)} goes to a conversation`
    : say`/invite makes a link, /join takes one`;
  sayError(desk, { text: say`nobody to send this to`, hint });
}

/** The command that takes a text, if that is a link and nothing else. */
function commandFor(text: string): Printable | null {
  return /^\s*cryptochat-box:\S+@\S+\s*$/iu.test(text) ? say`/box` : null;
}

/** Explains why nothing is sent; the draft stays. */
function refuse(desk: Desk, contact: ContactView): void {
  const warning = warningOf(contact, desk.view.get().keys);
  if (warning) sayError(desk, { text: say`not sent: ${warning.text}`, hint: warning.advice });
}

function sendText(desk: Desk, contact: number, text: string): void {
  const calls = callsOf(desk);
  if (!calls || sayTooLong(desk, text)) return;
  const written = draftOf(desk.view.get()).text;
  const send = async (): Promise<void> => {
    await calls.send({ contact: String(contact), text });
  };
  attempt(desk, send, (failure) => {
    desk.view.update((view) =>
      withDraft(view, contact, (editor) => (editor.text === '' ? replaced(editor, written) : editor)),
    );
    sayError(desk, failure);
  });
  // One frame shows the empty draft and the line, and the text is sent before it.
  desk.frames.later(() => {
    desk.view.update((view) => ({ ...withDraft(view, contact, sent), mark: null, toast: null }));
    goTo(desk, 'newest');
  });
}

/** Moves the cursor one drawn row up (-1) or down (1); from the first or last row it goes through the texts sent before. */
export function moveRow(editor: Editor, columns: number, by: 1 | -1): Editor {
  const rows = draftRows(editor, draftColumns(columns));
  const place = placeOf(rows, editor.cursor);
  const row = place.row + by;
  if (row < 0) return recall(editor, 1);
  if (row >= rows.length) return recall(editor, -1);
  const goal = editor.goal ?? place.column;
  return { ...moved(editor, offsetAt(rows, row, goal)), goal };
}

/** Shows the text sent `by` places further back; the draft that was begun is kept at place -1. */
export function recall(editor: Editor, by: 1 | -1): Editor {
  const recalled = editor.recalled + by;
  if (recalled < -1 || recalled >= editor.history.length) return editor;
  const kept = editor.recalled === -1 ? editor.text : editor.kept;
  const text = recalled === -1 ? kept : (editor.history[recalled] ?? '');
  return { ...moved(editor, text.length), text, recalled, kept };
}
