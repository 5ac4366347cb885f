import { printableLine } from '../../core/printable.ts';
import type { Parcel } from '../../outbox/courier.ts';
import { changeContact, contactOf, isContact } from '../../store/contacts.ts';
import { removeFromOutbox } from '../../store/outbox.ts';
import type { Work } from '../work/work.ts';
import { labelOf } from '../people/find-contact.ts';
import { addNotice } from './notice.ts';

/**
 * A listener that does not know me belongs to somebody who blocked or forgot me, or who set up anew; but nothing proves that it is
 * theirs. That is said once.
 */
export function noteUnknown(work: Work, { id, contactId }: Pick<Parcel, 'id' | 'contactId'>): void {
  // Where somebody was before, somebody else may be now.
  if (contactId < 0) return void removeFromOutbox(work.database, id);
  if (!isContact(work.database, contactId)) return;
  const contact = contactOf(work.database, contactId);
  if (contact.unknownSince !== null) return;
  changeContact(work.database, contactId, { unknownSince: work.now });
  const name = printableLine(labelOf(contact));
  const why = `${name} has blocked or forgotten you or has set up anew, or something else answers there`;
  addNotice(
    work,
    contactId,
    `the cryptochat at ${printableLine(contact.address)} does not know you: ${why}; what you write waits here. If it lasts, you need a new link from ${name}`,
    'unknown there',
  );
}
