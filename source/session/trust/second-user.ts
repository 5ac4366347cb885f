import { printableLine } from '../../core/printable.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { Work } from '../work/work.ts';
import { labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import type { Speaker } from '../work/speaker.ts';
import { inConflict } from '../people/frozen.ts';

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
