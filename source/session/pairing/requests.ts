import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { Contact } from '../../core/types.ts';
import { changeContact, contactSummary, type ContactRow } from '../../store/contacts.ts';
import { forgetContact } from '../../store/forget.ts';
import { identityOf } from '../../store/identities.ts';
import { welcome } from '../receiving/accept-hello.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { findContact, labelOf } from '../people/find-contact.ts';
import { refuseRevoked } from '../keyring/revoked.ts';
import { reportContact } from '../people/show.ts';

/**
 * Accepts a request that came through the card: the person can write from now on, and is told how. Throws ChatError contact-unknown,
 * request-none, or request-old when the key that they asked is gone.
 */
export function accept(context: Context, wanted: string): Promise<Contact> {
  return turn(context, async (work) => {
    refuseRevoked(work);
    const contact = findRequest(work, wanted);
    if (!identityOf(work.database, contact.followedEpoch))
      throw new ChatError('request-old', printableLine(labelOf(contact)));
    changeContact(work.database, contact.id, { state: 'not-compared', request: null });
    work.after.slots = true;
    work.touched.add(contact.id);
    await welcome(work, contact.id);
    work.owed.add(contact.id);
    return reportContact(work.database, contactSummary(work.database, contact.id));
  });
}

/**
 * Declines a request that came through the card; the person is not told. Their data is cleared from the file at the next start: a user may
 * decline many in a row, and there are no messages yet. Throws ChatError contact-unknown, request-none.
 */
export function decline(context: Context, wanted: string): Promise<null> {
  return turn(context, (work) => {
    const contact = findRequest(work, wanted);
    forgetContact(work.database, contact.id);
    work.recalled.add(contact.id);
    work.touched.add(contact.id);
    return null;
  });
}

function findRequest(work: Work, wanted: string): ContactRow {
  const contact = findContact(work.database, wanted);
  if (contact.state === 'requested' && contact.request === 'received') return contact;
  throw new ChatError('request-none', printableLine(labelOf(contact)));
}
