import { printableLine } from '../../core/printable.ts';
import type { Profile } from '../../protocol/profile.ts';
import { changeSealKey } from '../../store/contact-keys.ts';
import { changeContact, contactOf, type ContactChange, type ContactRow } from '../../store/contacts.ts';
import { speaksNow, type Speaker, type Work } from '../work/work.ts';
import { isGoodLabel, labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';

/** The topic of a line about another name, whatever the name: it may change as often as the contact likes. */
const nameTopic = 'name';

/**
 * Takes over how to write to a contact, unless it comes from a retired key, or to one: a thief of that key must not lead the mail
 * elsewhere. A new name that looks like another contact's does not replace the label; any other does: returns a line for the history.
 */
function applyProfile(work: Work, from: Speaker, profile: Profile): string | null {
  const contact = contactOf(work.database, from.contactId);
  return speaksNow(contact, from) ? takeOver(work, contact, profile) : null;
}

/**
 * Takes over what the contact's newest key has signed, no matter in which session it came, and adds a notice about any change that a person
 * should know of.
 */
export function takeSigned(work: Work, contactId: number, profile: Profile): void {
  const news = takeOver(work, contactOf(work.database, contactId), profile);
  if (news !== null) addNotice(work, contactId, news, nameTopic);
}

function takeOver(work: Work, contact: ContactRow, profile: Profile): string | null {
  const keepLabel = contact.alias === null && !isGoodLabel(work.database, profile.name, contact.id);
  changeContact(work.database, contact.id, {
    ...accepted(contact),
    name: profile.name,
    address: profile.address,
    theirSlot: profile.slotKey,
    abilities: profile.abilities,
    ...(keepLabel ? { alias: labelOf(contact) } : {}),
  });
  if (profile.epoch === contact.epoch) {
    changeSealKey(work.database, { contactId: contact.id, epoch: contact.epoch, sealKey: profile.sealKey });
  }
  const [before, after] = [labelOf(contact), labelOf(contactOf(work.database, contact.id))];
  return before === after ? null : printableLine(`they changed their name from ${before} to ${after}`);
}

/** A contact that was asked through a card, and says how to write to it, has accepted. */
function accepted({ state, request }: ContactRow): ContactChange {
  if (request !== 'sent') return {};
  return { request: null, ...(state === 'requested' ? { state: 'not-compared' } : {}) };
}

/** Takes over how to write to a contact, and adds a notice to the conversation about any change that a person should know of. */
export function takeProfile(work: Work, from: Speaker, profile: Profile): void {
  const news = applyProfile(work, from, profile);
  if (news !== null) addNotice(work, from.contactId, news, nameTopic);
}
