import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { Work } from '../work/work.ts';
import { labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import type { SlotOwner } from '../work/slots.ts';

/**
 * Notes something that came in the name of a contact, under an identity key that is none of theirs. Through the slot that only they have,
 * it may be a key whose statement is still missing: then the answer is true, they must be asked, and it is a forgery only if they answer
 * without a statement. Through a slot that they used before (a link, too), it is only reported. PROTOCOL.md "Rotation".
 */
export function noteStranger(work: Work, owner: SlotOwner & { kind: 'contact' }, sender: Bytes): boolean {
  const contact = contactOf(work.database, owner.contactId);
  if (!owner.replaced) {
    changeContact(work.database, contact.id, { stranger: contact.stranger ?? sender });
    return true;
  }
  const how = `through a link or an address of ${printableLine(labelOf(contact))} that was used before; nothing was accepted`;
  addNotice(work, contact.id, `somebody with another key wrote ${how}\n${fingerprint(sender)}`, 'other key');
  return false;
}
