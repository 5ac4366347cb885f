import { limits } from '../../core/limits.ts';
import { parsePlace, placesOf } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import type { Parcel } from '../../outbox/trip.ts';
import { changeContact, contactOf, isContact } from '../../store/contacts.ts';
import { removeFromOutbox } from '../../store/outbox.ts';
import { labelOf } from '../people/find-contact.ts';
import type { Work } from '../work/work.ts';
import { addNotice } from './notice.ts';

/** A box learns of a new slot a moment after the contact who uses it: a slot that it does not know yet, it may know soon. */
export function isLasting(unknownAt: Map<number, number>, { contactId, address }: Where): boolean {
  const isBox = placesOf(address).every((place) => parsePlace(place)?.box !== '');
  if (!isBox) return true;
  const since = unknownAt.get(contactId) ?? performance.now();
  unknownAt.set(contactId, since);
  return performance.now() - since >= limits.boxUnknownMs;
}

type Where = Pick<Parcel, 'contactId' | 'address'>;

/** Changes an envelope for a contact's former place; nothing is shown. */
export function passOver(
  work: Work,
  { id, contactId }: Pick<Parcel, 'id' | 'contactId'>,
  change: (database: Work['database'], id: number) => unknown,
): void {
  change(work.database, id);
  work.outgoing.add(-contactId);
}

/**
 * Reports, once, that a listener does not know me: it belongs to a contact who blocked or forgot me, or who set up a new home; but
 * nothing proves that it is theirs.
 */
export function noteUnknown(work: Work, { id, contactId }: Pick<Parcel, 'id' | 'contactId'>): void {
  // Someone else may be at a contact's former place now.
  if (contactId < 0) return passOver(work, { id, contactId }, removeFromOutbox);
  if (!isContact(work.database, contactId)) return;
  const contact = contactOf(work.database, contactId);
  if (contact.unknownSince !== null) return;
  changeContact(work.database, contactId, { unknownSince: work.now });
  const name = printableLine(labelOf(contact));
  const why = `${name} blocked or forgot you or set up a new home, or another program answers there`;
  addNotice(
    work,
    contactId,
    `the cryptochat at ${printableLine(contact.address).replaceAll(' ', ' and ')} does not know you: ${why}; your messages stay queued. If this lasts, ask ${name} for a new link`,
    'unknown there',
  );
}
