import { ChatError } from '../core/errors.ts';
import { nearestName, skeleton } from '../core/names.ts';
import { printableLine } from '../core/printable.ts';
import { allContacts } from '../store/contacts.ts';
import type { ContactRow } from '../store/contacts.ts';
import type { Database } from '../store/database.ts';

/** What a contact is called here: the user's own name for it, else the peer's. Not yet printable. */
export function labelOf(contact: Pick<ContactRow, 'name' | 'alias'>): string {
  return contact.alias ?? contact.name;
}

/** The contact with this label (or id number); throws ChatError contact-unknown with the nearest name. */
export function findContact(database: Database, wanted: string): ContactRow {
  const contacts = allContacts(database);
  const found =
    contacts.find((contact) => labelOf(contact) === wanted) ??
    contacts.find((contact) => skeleton(labelOf(contact)) === skeleton(wanted)) ??
    contacts.find((contact) => String(contact.id) === wanted);
  if (found) return found;
  const nearest = nearestName(wanted, contacts.map(labelOf));
  const offer = nearest === null ? '' : `, did you mean ${printableLine(nearest)}`;
  throw new ChatError('contact-unknown', `there is no contact ${printableLine(wanted)}${offer}`);
}

/** Whether no other contact has a label that looks like `name`. */
export function isSkeletonFree(database: Database, name: string, except?: number): boolean {
  const wanted = skeleton(name);
  return !allContacts(database).some(
    (contact) => contact.id !== except && skeleton(labelOf(contact)) === wanted,
  );
}

/** The first of `name`, `name 2`, `name 3` … that looks like no contact's label. */
export function uniqueLabel(database: Database, name: string): string {
  for (let number = 1; ; number += 1) {
    const label = number === 1 ? name : `${name} ${number}`;
    if (isSkeletonFree(database, label)) return label;
  }
}
