import type { Content } from '../../protocol/kinds/content.ts';
import { limits } from '../../core/limits.ts';
import type { Bytes } from '../../core/types.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { contactKey, firstSeqAfter, noteNewCount, noteSeq } from '../../store/contact-keys.ts';
import { keepContent } from '../../store/kept-contents.ts';
import { addMessage, type NewMessage } from '../../store/messages.ts';
import type { Body } from '../../protocol/kinds/table.ts';
import { goWhereTheyStand } from '../kinds/receipt.ts';
import { gapSince, standingOf, type Standing } from '../../store/order.ts';
import { advanceMark, oweReceipt, takeAck } from '../sending/acks.ts';
import { speaksNow, type Agreement, type Kind, type Said, type Speaker, type Work } from '../work/work.ts';
import { noteClash, noteFromBefore, noteSecondUser } from '../trust/second-user.ts';
import { sayWhereItMoved } from '../trust/say-where-moved.ts';
import { tellUnaware } from '../trust/tell-owed.ts';
import { addNotice } from '../sending/notice.ts';

/** The lines in the history for a content that only a newer version can read, and for one that breaks a rule. */
const newerVersion = 'something arrived that only a newer version of cryptochat can show';
/** The topic of the line about a newer version. */
export const newerTopic = 'newer version';
const breaksRules = 'something arrived that breaks the rules of the protocol; it was ignored';

/** A content, the bytes it was read from, and whether it began the session that it came in. */
export type Came = { readonly content: Content; readonly bytes: Bytes; readonly began: boolean };

/** The same, with the meaning of its ack. */
type Heard = Came & { readonly agreement: Agreement };
type Applied = Omit<Said<Body>, 'body'>;

/**
 * Stores a decrypted content, inside the transaction of `work`; a repeat changes only the receipt. Returns the row of the text that was
 * stored, or null.
 */
export async function apply(work: Work, from: Speaker, came: Came): Promise<number | null> {
  const { content } = came;
  work.touched.add(from.contactId);
  const before = contactOf(work.database, from.contactId);
  const agreement = speaksNow(before, from) ? takeAck(work, from.contactId, content) : 'old';
  const heard = { ...came, agreement };
  const row = content.seq === 0 ? null : await applyOrdered(work, from, heard);
  // A content without a seq proves itself, whichever seqs were used; one that only a newer version can read is forgotten.
  if (content.seq === 0 && content.body.kind !== 'unknown') await applyBody(work, from, heard);
  // A contact that knows that I gave my key up sends nothing but statements.
  if (content.seq > 0 || content.body.kind === 'receipt' || content.body.kind === 'reset')
    await tellUnaware(work, from.contactId);
  await sayWhereItMoved(work, before);
  return row;
}

async function applyOrdered(work: Work, from: Speaker, came: Heard): Promise<number | null> {
  const { contactId } = from;
  const { content, agreement } = came;
  if (speaksNow(contactOf(work.database, contactId), from))
    await goWhereTheyStand(work, contactId, { content, agreement });
  oweReceipt(work, contactId);
  const standing = standingOf(work.database, { contactId, id: content.id, seq: content.seq });
  noteUsers(work, from, content, standing);
  if (!isToStore(work, from, content, standing)) return null;
  const row = store(work, contactId, { content, isAgain: standing === 'again' });
  if (standing === 'new') await applyBody(work, from, came);
  if (content.body.kind === 'unknown' && standing === 'new') keep(work, from, row, came.bytes);
  // Contents composed meanwhile did not know of this one; only a receipt tells what lies beyond a gap.
  const { storedUpTo } = contactOf(work.database, contactId);
  if (gapSince(work.database, contactId, storedUpTo) !== null) oweReceipt(work, contactId);
  return content.body.kind === 'text' && standing === 'new' ? row : null;
}

/**
 * A single home writes everything under its older key before anything under its newer one, except for a hello, which comes under a key that
 * its reader is known to know. A content that does not fit shows that two homes write as this contact.
 */
function noteUsers(work: Work, from: Speaker, { seq, body }: Content, standing: Standing): void {
  const isClash = standing === 'clash';
  const place = placeOf(work, from, isClash ? Infinity : seq);
  if (isClash || (standing === 'new' && body.kind !== 'hello')) noteMisfit(work, from, { place, isClash });
  if (standing === 'new') noteSeq(work.database, from, seq);
}

/** Reports contradictions in a content. A seq that is taken under the newest key shows that the contact started counting again. */
function noteMisfit(
  work: Work,
  from: Speaker,
  { place, isClash }: { readonly place: Place; readonly isClash: boolean },
): void {
  const { contactId, epoch } = from;
  if (place === 'behind') noteSecondUser(work, from);
  else if (place === 'before') noteFromBefore(work, from);
  else if (isClash) noteClash(work, contactId);
  if (isClash && epoch === contactOf(work.database, contactId).epoch) noteNewCount(work.database, from);
}

/**
 * A clash is not stored: the ack tells its sender, who sends it again under another seq. Nor is a late hello under a key that was changed:
 * a thief of that key would take numbers from its owner, who fills this one when asked for it; nor what is from `before`.
 */
function isToStore(work: Work, from: Speaker, { seq, body }: Content, standing: Standing): boolean {
  if (standing === 'repeat' || standing === 'clash') return false;
  const place = placeOf(work, from, seq);
  return place === 'ahead' || (place === 'behind' && body.kind !== 'hello');
}

type Place = 'ahead' | 'behind' | 'before';

/**
 * How a content under a key relates to those under newer keys: `ahead` of all of them, as it must; `behind` one, which shows a second user;
 * or perhaps from `before` the contact restarted its count, when its seq proves nothing.
 */
function placeOf({ database }: Work, { contactId, epoch }: Speaker, seq: number): Place {
  const first = firstSeqAfter(database, contactId, epoch);
  if (first === null || (first > 0 && seq <= first)) return 'ahead';
  const countsAnew = first === 0 || contactKey(database, contactId, epoch).firstSeq === 0;
  return countsAnew ? 'before' : 'behind';
}

/** The whole content stays beside its line, for the version that can read it. */
function keep(work: Work, { contactId, epoch, myEpoch }: Speaker, row: number, content: Bytes): void {
  const most = { count: limits.keptContents, bytes: limits.keptContentsBytes };
  keepContent(work.database, { row, contactId, epoch, myEpoch, content }, most);
}

/** Carries out the body of a new content. */
export async function applyBody(work: Work, from: Speaker, { content, ...heard }: Applied): Promise<void> {
  const { body } = content;
  if (body.kind === 'broken') return addNotice(work, from.contactId, breaksRules, 'broken');
  if (body.kind === 'unknown') return addNotice(work, from.contactId, newerVersion, newerTopic);
  const { apply: applyKind } = work.kinds[body.kind] as Kind<Body>;
  await applyKind?.(work, from, { content, body, ...heard });
}

type Stored = { readonly content: Content; readonly isAgain: boolean };

function store(work: Work, contactId: number, stored: Stored): number {
  const { content } = stored;
  const line = lineOf(work, stored);
  const row = addMessage(work.database, {
    contactId,
    direction: 'in',
    id: content.id,
    ...line,
    seq: content.seq,
    state: 'received',
    // A content cannot have been sent after it came; and some times are outside any calendar.
    sentAt: Math.min(content.sentAt, work.now),
    receivedAt: work.now,
  });
  const contact = contactOf(work.database, contactId);
  const known = { upTo: contact.storedUpTo, mark: contact.storedMark };
  const { upTo, mark } = advanceMark(work.database, { contactId, direction: 'in' }, known);
  changeContact(work.database, contactId, {
    storedUpTo: upTo,
    storedMark: mark,
    ...(line.kind === 'text' ? { lastActivityAt: work.now } : {}),
  });
  return row;
}

/** The row that a content leaves: its line, or hidden under the name of its kind. */
export function lineOf(
  work: Work,
  { content: { body }, isAgain }: Stored,
): Pick<NewMessage, 'kind' | 'text' | 'what'> {
  if (isAgain) return { kind: 'hidden', text: '', what: 'again' };
  if (body.kind === 'text') return { kind: 'text', text: body.text };
  const isKnown = body.kind !== 'unknown' && body.kind !== 'broken';
  const line = isKnown ? (work.kinds[body.kind] as Kind<Body>).line?.(body) : undefined;
  return { kind: line === undefined ? 'hidden' : 'text', text: line ?? '', what: body.kind };
}
