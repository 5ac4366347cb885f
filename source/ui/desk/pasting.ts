import { limits } from '../../core/limits.ts';
import { hasPartOfLink } from '../../core/slash-commands.ts';
import type { Printable } from '../../core/types.ts';
import { keyFor, type KeyMap } from '../model/bindings.ts';
import { sayError, sayNote, type Desk } from './desk.ts';
import type { Failure } from '../model/dialog.ts';
import type { PasteEvent, PastingEvent, UndecodedEvent } from '../model/events.ts';
import { line, say, type Line } from '../text/line.ts';
import { draftOf, withEditor, type View } from '../model/view.ts';
import { countDropped, insert } from '../model/editor.ts';

/**
 * Inserts a paste as one piece. A draft also takes a paste that is too long to be sent: the text can be shortened there, or in the editor.
 */
export function takePaste(desk: Desk, { text, left, keys }: PasteEvent): void {
  const { dialog } = desk.view.get();
  const bytes = Buffer.byteLength(text);
  if (dialog && bytes > limits.textBytes) return refusePaste(desk, bytes);
  desk.view.update((view) => withEditor(view, (editor) => insert(editor, text)));
  if (!dialog && keys.at(-1)?.name === 'enter') sayBurst(desk);
  sayDropped(desk, text);
  if (left > 0) return sayLeft(desk, left);
  if (bytes > 1) sayTooLong(desk, draftOf(desk.view.get()).text);
}

/** Without marks a paste is told by its speed, and a script types as fast (decision 0016): its last Enter sends nothing. */
function sayBurst(desk: Desk): void {
  sayNote(desk, say`this came as fast as a paste: Enter started a new line`, say`press Enter to send it`);
}

/** Says how many characters of `text` an editor did not take, if there are any. */
export function sayDropped(desk: Desk, text: string): void {
  const count = countDropped(text);
  const what = count === 1 ? say`left out a control character` : say`left out ${count} control characters`;
  if (count > 0) sayNote(desk, what, say`they are invisible`);
}

/** Tells whether `text` is longer than a message; if it is, tells the person, with a hint. */
export function sayTooLong(desk: Desk, text: string): boolean {
  // Each UTF-16 unit is at least one byte and at most three.
  if (text.length * 3 <= limits.textBytes) return false;
  const bytes = Buffer.byteLength(text);
  if (bytes <= limits.textBytes) return false;
  sayError(desk, {
    text: say`this text is ${bytes} bytes long; a message can be up to ${limits.textBytes}`,
    hint: say`it stays in the draft; ${editorKey(desk.view.get().keys)} opens it in your editor`,
  });
  return true;
}

/** Tells whether `text` has a part of a link in it: half of a secret, and no link to anybody. If it has, tells the person, with a hint. */
export function sayPartOfLink(desk: Desk, text: string): boolean {
  const isPart = hasPartOfLink(text);
  const hint = say`/join takes the whole link`;
  if (isPart) sayError(desk, { text: say`not sent: this has part of a link in it`, hint });
  return isPart;
}

/** Refuses a paste in a dialog: no answer there is that long. */
function refusePaste(desk: Desk, bytes: number): void {
  sayHere(desk, {
    text: say`left out a paste of ${bytes} bytes`,
    hint: say`it is too long for this field`,
  });
}

function sayUndecoded(desk: Desk, count: number): void {
  const what = count === 1 ? say`left out a part` : say`left out ${count} letters`;
  sayHere(desk, {
    text: say`${what}: not text in the encoding of your locale`,
    hint: say`set LC_ALL or LANG to the encoding of your terminal`,
  });
}

/** Shows the failure in the dialog if there is one, because it covers everything else. */
function sayHere(desk: Desk, failure: Failure): void {
  if (!desk.view.get().dialog) return sayError(desk, failure);
  desk.view.update((view) => ({ ...view, dialog: view.dialog && { ...view.dialog, failure } }));
}

function sayLeft(desk: Desk, left: number): void {
  const text = say`the paste was too long: its last ${left} letters are not in the draft`;
  sayError(desk, { text, hint: say`${editorKey(desk.view.get().keys)} opens the draft in your editor` });
}

function editorKey(keys: KeyMap): Printable {
  return keyFor(keys, 'edit-draft', say`the key of edit-draft`);
}

/** Takes note of the progress of a paste, and reports bytes that could not be read. */
export function followInput(desk: Desk, event: PastingEvent | UndecodedEvent): void {
  if (event.type === 'undecoded') return sayUndecoded(desk, event.count);
  const { state } = event;
  desk.view.update((view) => ({ ...view, pasting: state === 'over' ? null : state }));
}

/** The line about a paste that is still going on, whatever is on the screen; null when there is none. */
export function pastingLine({ pasting }: Pick<View, 'pasting'>): Line | null {
  if (pasting === null) return null;
  const text = {
    open: say` a paste began and has not ended; Ctrl+C ends it `,
    broken: say` the rest of the paste may still come: Enter starts a new line. Esc ends that `,
  };
  return line(text[pasting], 'warn');
}
