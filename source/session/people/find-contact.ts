import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { checkName, nearestName, skeleton, withoutVerdict } from '../../core/names.ts';
import { withoutLineSigns } from '../../core/name-in-line.ts';
import { printableLine } from '../../core/printable.ts';
import { allContacts, contactOf, idLabelled, isContact, type ContactRow } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { settingOrNull } from '../../store/settings.ts';
import type { ContactState } from '../../core/types.ts';

/** The label of a contact here: the user's own name for it, else the peer's. Not yet printable. */
export function labelOf(contact: Pick<ContactRow, 'name' | 'alias'>): string {
  return contact.alias ?? contact.name;
}

/**
 * The contact with this id or label; throws ChatError contact-unknown with the nearest name. The id goes first, because the program itself
 * asks by id, and a stranger called "1", or "l", must not get messages for contact 1.
 */
export function findContact(database: Database, wanted: string): ContactRow {
  if (/^[1-9]\d{0,9}$/u.test(wanted) && isContact(database, Number(wanted)))
    return contactOf(database, Number(wanted));
  const exact = idLabelled(database, wanted);
  if (exact !== null) return contactOf(database, exact);
  const contacts = allContacts(database);
  const shape = skeleton(wanted);
  const alike = contacts.find((contact) => skeleton(labelOf(contact)) === shape);
  if (alike) return alike;
  const nearest = nearestName(wanted, contacts.map(labelOf));
  const offer = nearest === null ? '' : `, did you mean ${printableLine(nearest)}`;
  throw new ChatError('contact-unknown', `there is no contact ${printableLine(wanted)}${offer}`);
}

/** Tells whether `name` can be a label: no other contact has one that looks like it, and it is not an id. */
export function isSkeletonFree(database: Database, name: string, except?: number): boolean {
  if (/^\d+$/u.test(name)) return false;
  const wanted = skeleton(name);
  return !allContacts(database).some(
    (contact) => contact.id !== except && skeleton(labelOf(contact)) === wanted,
  );
}

/**
 * A label for a person who gives this name: the name itself, or, where that is taken or not a possible name here, the first of `name 2`,
 * `name 3` … that is free.
 */
export function uniqueLabel(database: Database, name: string): string {
  const drawn = drawable(name);
  if (isFree(database, drawn)) return drawn;
  const short = drawable(printableLine(drawn, limits.nameCells - numberCells));
  for (let number = 2; ; number += 1) {
    const label = `${short} ${number}`;
    if (isFree(database, label)) return label;
  }
}

/** Tells whether a contact's new name may become its label without a word from the user. */
export function isGoodLabel(database: Database, name: string, contactId: number): boolean {
  return drawable(name) === name && isFree(database, name, contactId);
}

/** Other people's names for themselves must not look like the user's own name either. */
function isFree(database: Database, name: string, except?: number): boolean {
  const own = settingOrNull(database, 'name');
  return (own === null || skeleton(own) !== skeleton(name)) && isSkeletonFree(database, name, except);
}

/** Room for the number after a name: two people must differ in the part that the screen shows. */
const numberCells = 6;

/** The name, cut to the part that the screen shows; a word in its place if it cannot be shown or typed. */
function drawable(name: string): string {
  try {
    // Only visible characters count: an invisible one may split a word.
    return checkName(printableLine(withoutLineSigns(withoutVerdict(printableLine(name))), limits.nameCells));
  } catch {
    return 'unnamed';
  }
}

const reasons: Partial<Record<ContactState, string>> = {
  requested: 'this contact is not accepted yet',
  conflict: 'two different keys claim to be this contact; sending is stopped',
  revoked: 'this contact has revoked their key; sending is stopped',
  blocked: 'this contact is blocked',
};

/** Why nothing may be written to a contact, or null. */
export function frozenReason(contact: { readonly state: ContactState }): string | null {
  return reasons[contact.state] ?? null;
}

/** The state of a contact that two keys claim to be; a revoked one stays so, because comparing or a link ends a conflict. */
export function inConflict({ state }: { readonly state: ContactState }): ContactState {
  return state === 'revoked' ? 'revoked' : 'conflict';
}
