import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';
import { attempt, callsOf, copyText, sayError, sayNote, type Desk } from '../desk/desk.ts';
import { replaced } from '../model/editor.ts';
import { sayDropped } from '../desk/pasting.ts';
import { say } from '../text/line.ts';
import { draftOf, selectedContact, withDraft } from '../model/view.ts';

/** Lets the person write the draft in an editor; undo brings the earlier text back. */
export function editDraft(desk: Desk): void {
  if (!callsOf(desk)) return;
  const view = desk.view.get();
  const contact = view.selected ?? 0;
  const before = draftOf(view).text;
  attempt(desk, () =>
    desk.terminal.lend(async () => {
      const text = await desk.opened()?.outside.edit(before);
      if (text === undefined || text === before) return;
      desk.view.update((now) => withDraft(now, contact, (editor) => replaced(editor, text)));
      sayDropped(desk, text);
    }),
  );
}

/** `/export FILE`: writes the open conversation, as it is on the disk. */
export function exportOpen(desk: Desk, file: string): boolean {
  const contact = selectedContact(desk.view.get(), desk.facts.get());
  const opened = desk.opened();
  if (!contact || !opened) return sayClosed(desk);
  if (file === '') return sayMissing(desk, say`/export FILE`);
  attempt(desk, async () => {
    const { id, label } = contact;
    const written = await opened.outside.exportTo({ contact: id, label, file });
    const text = say`wrote ${written.messages} messages to ${printableLine(written.file)}`;
    sayNote(desk, text, say`the file is not encrypted`);
  });
  return true;
}

/** `/pack FILE`: packs the mail that waits in the open conversation, for somebody to carry. */
export function packOpen(desk: Desk, file: string): boolean {
  const contact = selectedContact(desk.view.get(), desk.facts.get());
  const opened = desk.opened();
  if (!contact || !opened) return sayClosed(desk);
  if (file === '') return sayMissing(desk, say`/pack FILE`);
  attempt(desk, async () => {
    const { envelopes, left, file: path } = await opened.outside.packTo({ contact: contact.id, file });
    const more = left === 0 ? say`` : say`, ${left} more did not fit`;
    const text = say`packed ${envelopes} envelopes into ${printableLine(path)}${more}`;
    sayNote(desk, text, say`they stay queued here until an answer confirms that they arrived`);
  });
  return true;
}

/** `/unpack FILE`: unpacks mail that somebody brought. */
export function unpack(desk: Desk, file: string): boolean {
  const opened = desk.opened();
  if (!opened) return false;
  if (file === '') return sayMissing(desk, say`/unpack FILE`);
  attempt(desk, async () => {
    const { envelopes } = await opened.outside.unpack(file);
    sayNote(desk, say`received ${envelopes} envelopes`, say``);
  });
  return true;
}

function sayMissing(desk: Desk, hint: Printable): false {
  sayError(desk, { text: say`a file is missing`, hint });
  return false;
}

/**
 * `/copy [NUMBER]`: their newest text, or the text at this place counted from the newest, as it was written except for control
 * functions.
 */
export function copyTheirs(desk: Desk, number: string): boolean {
  const contact = selectedContact(desk.view.get(), desk.facts.get());
  const calls = callsOf(desk);
  if (!contact || !calls) return sayClosed(desk);
  const messages = desk.facts.get().conversations.get(contact.id)?.messages ?? [];
  const theirs = messages.filter(({ direction, kind }) => direction === 'in' && kind === 'text');
  const back = number === '' ? 1 : Number(number);
  const message = Number.isSafeInteger(back) && back > 0 ? theirs.at(-back) : undefined;
  if (!message) {
    const hint = theirs.length > 0 ? say`a number from 1 to ${theirs.length}` : say``;
    sayError(desk, { text: say`no such message from ${contact.label} is in memory`, hint });
    return false;
  }
  const { id, row } = message;
  attempt(desk, async () => copyText(desk, (await calls.wire({ id, row })).text));
  return true;
}

function sayClosed(desk: Desk): false {
  sayError(desk, { text: say`no conversation is open`, hint: say`/query NAME opens one` });
  return false;
}
