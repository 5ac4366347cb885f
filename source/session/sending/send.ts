import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import { fromHex, toHex } from '../../core/bytes.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { findSent } from '../../store/messages.ts';
import { compose, composeQueued, newId } from './compose.ts';
import { turn, type Context } from '../work/work.ts';
import { findContact, frozenReason, labelOf } from '../people/find-contact.ts';
import { refuseRevoked } from '../keyring/revoked.ts';

/** A message that somebody wants sent; `id` (32 hex digits) makes it safe to ask twice. */
export type Sending = { readonly contact: string; readonly text: string; readonly id?: string };

/**
 * THE SEND LINE: find the contact, compose, seal, commit; then the courier is woken and the screen shows the line.
 * Answers the id once the message is on the disk. Throws ChatError for an unknown or frozen contact, an empty or a long text.
 */
export async function send(context: Context, sending: Sending): Promise<{ readonly id: string }> {
  const text = checkText(sending.text);
  const id = sending.id === undefined ? newId() : fromHex(sending.id);
  await turn(context, async (work) => {
    const contact = findContact(work.database, sending.contact);
    if (findSent(work.database, toHex(id))) return;
    refuseRevoked(work);
    checkSendable(contact);
    await compose(work, contact.id, { kind: 'text', text }, { id });
    await composeQueued(work, contact.id);
  });
  return { id: toHex(id) };
}

function checkText(text: string): string {
  const wellFormed = text.toWellFormed();
  const bytes = Buffer.byteLength(wellFormed);
  if (wellFormed.trim() === '') throw new ChatError('text-empty');
  if (bytes > limits.textBytes) throw new ChatError('text-long', String(bytes));
  return wellFormed;
}

/** A message to somebody who was asked waits until they accept. */
function checkSendable(contact: ContactRow): void {
  if (contact.state === 'requested') {
    if (contact.request === 'sent') return;
    throw new ChatError('contact-asks', printableLine(labelOf(contact)));
  }
  const reason = frozenReason(contact);
  if (reason) throw new ChatError('contact-frozen', reason);
}
