import type { Content, Stored } from '../../protocol/content.ts';
import { limits } from '../../core/limits.ts';
import { sameBytes } from '../../protocol/bytes.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { markDelivered, markOneDelivered } from '../../store/order.ts';
import type { Work } from '../context.ts';
import { advanceMark } from './marks.ts';

/** An ack of more than that is gone through only as often as a contact may claim to be elsewhere: 4 µs for each message. */
const mostAtOnce = 1000;

/**
 * What an ack shows: `agreed`; `old`, below what is known; or `other`: they have messages under my seqs that I do not
 * know, so my home was set back to an earlier state.
 */
export type Agreement = 'agreed' | 'old' | 'other';

/**
 * Takes what a contact says is stored there. Only what its mark proves to be the same messages becomes "delivered"; an
 * ack alone would be a guess after one of the two homes was set back. PROTOCOL.md "Content".
 */
export function takeAck(work: Work, contactId: number, content: Content): Agreement {
  const contact = contactOf(work.database, contactId);
  const areMine = markStored(work, contactId, storedIn(content));
  if (content.ack < contact.ackedUpTo) return 'old';
  if (content.ack - contact.ackedUpTo > mostAtOnce && !mayGoBack(work, contact)) return 'old';
  if (!areMine || content.ack >= contact.nextSeq) return 'other';
  const known = { upTo: contact.ackedUpTo, mark: contact.ackedMark };
  const found = advanceMark(work.database, { contactId, direction: 'out' }, known, content.ack);
  if (found.upTo !== content.ack || !sameBytes(found.mark, content.mark)) return 'other';
  markDelivered(work.database, contactId, content.ack, work.now);
  agreeOn(work, contactId, content);
  return 'agreed';
}

/** Takes the contact's word for where it stands: later acks go on from here. */
export function agreeOn(
  work: Work,
  contactId: number,
  { ack, mark, sentAt }: Pick<Content, 'ack' | 'mark' | 'sentAt'>,
): void {
  changeContact(work.database, contactId, { ackedUpTo: ack, ackedMark: mark, ackedAt: sentAt });
}

/** Marks what a contact has beyond a gap as delivered, where it is what I sent; answers whether all of it is. */
export function markStored(work: Work, contactId: number, stored: readonly Stored[]): boolean {
  return (
    stored.filter((one) => !markOneDelivered(work.database, contactId, { ...one, at: work.now })).length === 0
  );
}

/** What a content lists as stored out of order. */
export function storedIn({ body }: Content): readonly Stored[] {
  return body.kind === 'receipt' || body.kind === 'reset' ? body.stored : [];
}

/** Who claims again and again that one of the two homes was set back must not keep this one busy. */
export function mayGoBack(work: Work, { setBackAt }: Pick<ContactRow, 'setBackAt'>): boolean {
  return setBackAt === null || setBackAt > work.now || work.now - setBackAt >= limits.setBackEveryMs;
}
