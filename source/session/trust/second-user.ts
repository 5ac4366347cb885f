import { printableLine } from '../../core/printable.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { Speaker, Work } from '../work/work.ts';
import { inConflict, labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import type { Bytes } from '../../core/types.ts';
import type { SlotOwner } from '../work/slots.ts';

/**
 * Notes that somebody goes on under a key that the contact has changed since: a thief of one of the two keys, or a home that was set back
 * to a state before the change. Nobody can tell which is the person, so sending stops until they compare. PROTOCOL.md "Rotation".
 */
export function noteSecondUser(work: Work, { contactId, identity }: Speaker): void {
  const contact = contactOf(work.database, contactId);
  changeContact(work.database, contactId, { state: inConflict(contact), rival: identity });
  const name = printableLine(labelOf(contact));
  addNotice(
    work,
    contactId,
    `somebody goes on under a key that ${name} has changed since: another has one of the two keys, or their home was set back; sending is stopped\n${fingerprint(identity)}\nCompare the safety number, or ask for a new link another way.`,
    'second user',
  );
}

/**
 * Something under a key that the contact has changed, which may be from before it came again by a link: nothing of it was stored. Whoever
 * goes on under that key is a second user of it.
 */
export function noteFromBefore(work: Work, { contactId, identity }: Speaker): void {
  const name = printableLine(labelOf(contactOf(work.database, contactId)));
  addNotice(
    work,
    contactId,
    `something came under a key that ${name} has changed since, perhaps from before you met again by a link; it was left out. What ${name} still has of it comes again; if this goes on, somebody else may have that key: compare the safety number\n${fingerprint(identity)}`,
    'from before',
  );
}

/** Two different messages under one number: their home was set back, or a second one lives on with the same key. */
export function noteClash(work: Work, contactId: number): void {
  const name = printableLine(labelOf(contactOf(work.database, contactId)));
  addNotice(
    work,
    contactId,
    `a message came under a number that another one of ${name} has: their home was set back, they forgot you and began anew, or two homes use their key; it is asked for again`,
    'clash',
  );
}

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
