import type { Content } from '../../protocol/kinds/content.ts';
import type { Stored } from '../../protocol/kinds/stored.ts';
import { limits } from '../../core/limits.ts';
import { firstMark, nextMark } from '../../protocol/ack-mark.ts';
import { sameBytes } from '../../core/bytes.ts';
import type { Bytes } from '../../core/types.ts';
import { changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import { keepMark, markBelow } from '../../store/marks.ts';
import { hasUndelivered, idsAtOnce, idsBetween, markDelivered, markOneDelivered } from '../../store/order.ts';
import { neednt, recallMail } from '../../store/unsent.ts';
import type { Agreement, Work } from '../work/work.ts';
import type { Database } from '../../store/database.ts';

/** Seqs between two marks that are kept, and the most that are counted through for one ack: 4 ms. */
const markEvery = 1000;

/**
 * Believes a contact's report about its stored messages. Only messages that its mark proves to be the same become "delivered"; an ack alone
 * would be a guess after one of the two homes was set back. PROTOCOL.md "Content".
 */
export function takeAck(work: Work, contactId: number, content: Content): Agreement {
  const contact = contactOf(work.database, contactId);
  const areMine = markStored(work, contactId, storedIn(content));
  if (content.ack < contact.ackedUpTo) return 'old';
  if (!areMine || content.ack >= contact.nextSeq) return 'other';
  if (isKnown(contact, content) && !hasUndelivered(work.database, contactId, content.ack)) {
    agreeOn(work, contactId, content);
    return 'agreed';
  }
  const mark = markAt(work, contact, content.ack);
  if (mark === 'far') return 'old';
  if (mark === null || !sameBytes(mark, content.mark)) return 'other';
  markDelivered(work.database, contactId, content.ack, work.now);
  neednt(work.database, contactId, { from: 1, upTo: content.ack });
  agreeOn(work, contactId, content);
  return 'agreed';
}

/** Tells whether an ack repeats the one before it, as most do in a stream, and no message below it has to go out again. */
function isKnown({ ackedUpTo, ackedMark, againFrom }: ContactRow, { ack, mark }: Content): boolean {
  return ack === ackedUpTo && againFrom === 0 && sameBytes(mark, ackedMark);
}

/**
 * The mark of everything that I sent up to a seq; null when something is missing there, `far` when it takes another ack to get that far.
 */
function markAt(work: Work, contact: ContactRow, seq: number): Bytes | 'far' | null {
  const { id: contactId, ackedUpTo, ackedMark } = contact;
  const kept = markBelow(work.database, contactId, seq) ?? { seq: 0, mark: firstMark };
  const known = ackedUpTo > kept.seq ? { seq: ackedUpTo, mark: ackedMark } : kept;
  let { mark, seq: at } = known;
  const upTo = Math.min(seq, at + markEvery);
  for (const one of idsBetween(work.database, { contactId, direction: 'out' }, { after: at, upTo })) {
    if (one.seq !== at + 1) return null;
    at = one.seq;
    mark = nextMark(mark, one.id);
  }
  if (at !== upTo) return null;
  if (at - known.seq === markEvery) keepMark(work.database, contactId, { seq: at, mark });
  return at === seq ? mark : 'far';
}

/** Believes the contact about the position it reports: later acks continue from here. */
export function agreeOn(
  work: Work,
  contactId: number,
  { ack, mark, sentAt }: Pick<Content, 'ack' | 'mark' | 'sentAt'>,
): void {
  const { againFrom, againTo } = contactOf(work.database, contactId);
  const isLeft = againFrom > 0 && againTo > ack;
  changeContact(work.database, contactId, {
    ackedUpTo: ack,
    ackedMark: mark,
    ackedAt: sentAt,
    againFrom: isLeft ? Math.max(againFrom, ack + 1) : 0,
    againTo: isLeft ? againTo : 0,
  });
}

/** Marks messages that a contact has beyond a gap as delivered, if they are the ones that I sent; returns whether all of them are. */
export function markStored(work: Work, contactId: number, stored: readonly Stored[]): boolean {
  const other = stored.filter((one) => !markOneDelivered(work.database, contactId, { ...one, at: work.now }));
  for (const { seq } of stored) neednt(work.database, contactId, { from: seq, upTo: seq });
  return other.length === 0;
}

/** The messages that a content lists as stored out of order. */
export function storedIn({ body }: Content): readonly Stored[] {
  return body.kind === 'receipt' || body.kind === 'reset' ? body.stored : [];
}

/** How often a contact can make me send lost messages again. */
export const resendPace = { first: limits.setBackEveryMs, most: limits.resetEveryMs };

/** The end of the gapless part of one direction of a conversation: a seq, and the mark (8 bytes) of all up to it. */
type Marked = { readonly upTo: number; readonly mark: Bytes };

/** Goes on from `from` over everything that is stored without a gap, at most to seq `most`. */
export function advanceMark(
  database: Database,
  of: { readonly contactId: number; readonly direction: 'in' | 'out' },
  from: Marked,
  most = Number.MAX_SAFE_INTEGER,
): Marked {
  let { upTo, mark } = from;
  for (;;) {
    const next = idsBetween(database, of, { after: upTo, upTo: most });
    for (const { seq, id } of next) {
      if (seq !== upTo + 1) return { upTo, mark };
      upTo = seq;
      mark = nextMark(mark, id);
    }
    if (next.length < idsAtOnce) return { upTo, mark };
  }
}

/**
 * The value of `receiptDue` when the ack that every content carries is not enough: a reset must be answered, and only a receipt does that.
 */
export const receiptOnly = 2;

/** Notes that a receipt is due to a contact. */
export function oweReceipt(work: Work, contactId: number, due: 1 | typeof receiptOnly = 1): void {
  const { receiptDue } = contactOf(work.database, contactId);
  changeContact(work.database, contactId, { receiptDue: Math.max(receiptDue, due) });
  work.owed.add(contactId);
}

/** Takes back the envelopes that wait for a contact, because it cannot read them there; a receipt among them is owed again. */
export function recall(work: Work, contactId: number): void {
  if (recallMail(work.database, contactId)) oweReceipt(work, contactId, receiptOnly);
  work.recalled.add(contactId);
}
