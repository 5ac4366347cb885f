import { limits } from '../core/limits.ts';
import type { Content } from '../protocol/content.ts';
import { changeContact, contactOf } from '../store/contacts.ts';
import type { ContactRow } from '../store/contacts.ts';
import { recallMail, renumberUndelivered, requeueAbove } from '../store/unsent.ts';
import { agreeOn, markStored, storedIn } from './acks.ts';
import type { Work } from './context.ts';
import { addNotice } from './notice.ts';

/** No honest conversation comes near this seq; one who claims it would use up the numbers. */
const mostSeq = 2 ** 48;

/**
 * A contact has messages of mine that I do not know: this home was set back to an earlier state. What is not known to be
 * delivered gets new seqs after theirs, with the same ids, so that nothing is lost and nothing shown twice. PROTOCOL.md "Recovery".
 */
export function goOnAfter(work: Work, contactId: number, theirs: Content): boolean {
  const contact = contactOf(work.database, contactId);
  if (theirs.ack >= mostSeq || !mayGoBack(work, contact)) return false;
  const next = Math.max(contact.nextSeq, theirs.ack + 1);
  recallMail(work.database, contactId);
  const nextSeq = renumberUndelivered(work.database, contactId, next);
  changeContact(work.database, contactId, { nextSeq, setBackAt: work.now });
  agreeOn(work, contactId, theirs);
  addNotice(
    work,
    contactId,
    'this home was set back to an earlier state; what you sent since may be missing here',
  );
  return true;
}

/**
 * Goes back to where a contact stands: what it does not have is sent again, also what was delivered before its home was
 * set back.
 */
export function goBackTo(work: Work, contactId: number, theirs: Content): boolean {
  if (!mayGoBack(work, contactOf(work.database, contactId))) return false;
  recallMail(work.database, contactId);
  const lost = requeueAbove(work.database, contactId, theirs.ack);
  markStored(work, contactId, storedIn(theirs));
  agreeOn(work, contactId, theirs);
  changeContact(work.database, contactId, { setBackAt: work.now, reserveGiven: 0 });
  if (lost > 0) addNotice(work, contactId, setBack(lost));
  return true;
}

function setBack(lost: number): string {
  const messages =
    lost === 1 ? 'a message that they had is sent again' : `${lost} messages that they had are sent again`;
  return `their home was set back to an earlier state; ${messages}`;
}

/** Who claims it again and again must not keep this home busy. */
function mayGoBack(work: Work, { setBackAt }: ContactRow): boolean {
  return setBackAt === null || setBackAt > work.now || work.now - setBackAt >= limits.setBackEveryMs;
}
