import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { toHex } from '../protocol/bytes.ts';
import type { ContactRow } from '../store/contacts.ts';
import { compose } from './compose.ts';
import type { Context } from './context.ts';
import { turn } from './context.ts';
import { findContact } from './find-contact.ts';

/**
 * THE SEND LINE: find the contact, compose, seal, commit; then the courier is woken and the screen shows the line.
 * Answers the id once the message is on the disk. Throws ChatError for an unknown or frozen contact, an empty or a long text.
 */
export async function send(context: Context, to: string, text: string): Promise<{ readonly id: string }> {
  const wellFormed = checkText(text);
  const id = await turn(context, (work) => {
    const contact = findContact(work.database, to);
    checkSendable(contact);
    return compose(work, contact.id, { kind: 'text', text: wellFormed });
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

function checkSendable(contact: ContactRow): void {
  const reason = frozen[contact.state];
  if (reason) throw new ChatError('contact-frozen', reason);
}

const frozen: Partial<Record<ContactRow['state'], string>> = {
  requested: 'this contact was not accepted yet',
  conflict: 'there are two different new keys for this contact, sending is stopped',
  revoked: 'this contact has revoked the key, sending is stopped',
  blocked: 'this contact is blocked',
};
