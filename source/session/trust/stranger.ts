import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { Work } from '../work/work.ts';
import { labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import type { SlotOwner } from '../work/slots.ts';

/**
 * Something came in the name of a contact, by an identity key that is none of theirs. Through the slot that only they have, it
 * may be one whose statement is still missing: then the answer is true, they are to be asked, and only when they answer without
 * a statement it is a forgery. Through a slot that they used before (a link, too) it is only said. PROTOCOL.md "Rotation".
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
