import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { Work } from '../context.ts';
import { labelOf } from '../find-contact.ts';
import { inConflict } from '../trust/frozen.ts';
import { addNotice } from '../sending/notice.ts';
import type { SlotOwner } from '../slots.ts';

/**
 * Something came in the name of a contact, by an identity key that is none of theirs. Through the slot that only they have,
 * it is a change of key that the old key did not sign: sending stops. Through a slot that they used before (a link, too)
 * it is only said. PROTOCOL.md "Rotation".
 */
export function noteStranger(work: Work, owner: SlotOwner & { kind: 'contact' }, sender: Bytes): void {
  const contact = contactOf(work.database, owner.contactId);
  const name = printableLine(labelOf(contact));
  const key = fingerprint(sender);
  if (owner.replaced) {
    const how = `through a link or an address of ${name} that was used before; nothing was accepted`;
    return addNotice(work, contact.id, `somebody with another key wrote ${how}\n${key}`, 'other key');
  }
  changeContact(work.database, contact.id, { state: inConflict(contact), rival: sender });
  const what = `${name} has another key now, which the old one did not sign; nothing was accepted, sending is stopped`;
  addNotice(
    work,
    contact.id,
    `${what}\n${key}\nAsk for a new link another way, or compare the safety number.`,
    'rival key',
  );
}
