import { printableLine } from '../../core/printable.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { Speaker, Work } from '../work/work.ts';
import { inConflict, labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import type { Bytes } from '../../core/types.ts';
import type { SlotOwner } from '../work/slots.ts';

/**
 * Notes that someone still uses a key that the contact has since rotated: a thief of one of the two keys, or a home that was set back
 * to a state before the change. Nobody can tell which is the person, so sending stops until they verify. PROTOCOL.md "Rotation".
 */
export function noteSecondUser(work: Work, { contactId, identity }: Speaker): void {
  const contact = contactOf(work.database, contactId);
  changeContact(work.database, contactId, { state: inConflict(contact), rival: identity });
  const name = printableLine(labelOf(contact));
  addNotice(
    work,
    contactId,
    `someone still uses an old key of ${name}: someone else has one of the keys, or their home was restored to an earlier state; sending is stopped\n${fingerprint(identity)}\nVerify the safety number, or ask for a new link over another channel.`,
    'second user',
  );
}

/**
 * Something under a key that the contact has changed, which may be from before it came again by a link: nothing of it was stored. Anyone
 * who goes on under that key is a second user of it.
 */
export function noteFromBefore(work: Work, { contactId, identity }: Speaker): void {
  const name = printableLine(labelOf(contactOf(work.database, contactId)));
  addNotice(
    work,
    contactId,
    `something arrived under an old key of ${name}, perhaps from before you connected again with a link; it was ignored. ${name} sends again what they still have; if this goes on, someone else may have that key: verify the safety number\n${fingerprint(identity)}`,
    'from before',
  );
}

/** Two different messages under one number: their home was restored to an earlier state, or a second home uses the same key. */
export function noteClash(work: Work, contactId: number): void {
  const name = printableLine(labelOf(contactOf(work.database, contactId)));
  addNotice(
    work,
    contactId,
    `a message arrived with the number of another message from ${name}: their home was restored to an earlier state, they forgot you and started over, or two homes use their key; cryptochat asks for it again`,
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
  const how = `through an already used link or address of ${printableLine(labelOf(contact))}; nothing was accepted`;
  addNotice(work, contact.id, `someone with another key wrote ${how}\n${fingerprint(sender)}`, 'other key');
  return false;
}
