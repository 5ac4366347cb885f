import { sameBytes } from '../../core/bytes.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { limits } from '../../core/limits.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { gapSince } from '../../store/order.ts';
import { shortenPace } from '../../store/paces.ts';
import type { BodyOf } from '../../protocol/kinds/table.ts';
import { speaksNow, type Kind, type Said, type Speaker, type Work } from '../work/work.ts';
import { composeQueued } from '../sending/compose.ts';
import { inConflict } from '../people/find-contact.ts';
import { addNotice, unheardTopic, unsay } from '../sending/notice.ts';
import { beginAnew } from './recover.ts';
import { goBackTo, goOnAfter } from './set-back.ts';

/** A report of what a contact has stored and which reset it answers: PROTOCOL.md "Content". */
export const receipt: Kind<BodyOf<'receipt'>> = {
  async apply(work, from, said) {
    if (!speaksNow(contactOf(work.database, from.contactId), from)) return;
    await goWhereTheyStand(work, from.contactId, said);
    takeAnswer(work, from, said.body.answers);
  },
};

/** Handles an ack that shows that one of the two homes was set back to an earlier state. */
export async function goWhereTheyStand(
  work: Work,
  contactId: number,
  said: Pick<Said<unknown>, 'content' | 'agreement'>,
): Promise<void> {
  const { content, agreement } = said;
  if (agreement === 'other' && goOnAfter(work, contactId, content)) {
    await beginAnew(work, contactOf(work.database, contactId));
    return composeQueued(work, contactId);
  }
  const isLater = content.sentAt >= contactOf(work.database, contactId).ackedAt;
  if (agreement !== 'old' || content.body.kind !== 'receipt' || !isLater) return;
  if (goBackTo(work, contactId, content)) await composeQueued(work, contactId);
}

/**
 * A receipt that names my last reset answers it: everything that its writer had sent before is here. If an unknown key wrote in the
 * contact's name before I asked, nothing is missing, and no statement came that leads to that key, then the key does not belong to the
 * contact.
 */
export function takeAnswer(work: Work, { contactId }: Speaker, answers: Uint8Array): void {
  const contact = contactOf(work.database, contactId);
  if (!contact.myReset || !sameBytes(answers, contact.myReset)) return;
  changeContact(work.database, contactId, { myReset: null });
  unsay(work, contactId, unheardTopic);
  shortenPace(work.database, contactId, 'reset', limits.resetEveryMs);
  const isWhole = gapSince(work.database, contactId, contact.storedUpTo) === null;
  if (contact.stranger === null || contact.resetDue !== null || !isWhole) return;
  const { stranger } = contact;
  changeContact(work.database, contactId, { state: inConflict(contact), rival: stranger, stranger: null });
  const key = fingerprint(stranger);
  const ask = 'Verify the safety number, or ask for a new link over another channel.';
  addNotice(
    work,
    contactId,
    `someone wrote in their name with another key, which their key did not sign; nothing was accepted, and sending is stopped\n${key}\n${ask}`,
    'rival key',
  );
}
