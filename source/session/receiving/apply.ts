import type { Content, ReadBody } from '../../protocol/content.ts';
import { limits } from '../../core/limits.ts';
import type { Bytes } from '../../core/types.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { firstSeqAfter, noteSeq } from '../../store/contact-keys.ts';
import { keepContent } from '../../store/kept-contents.ts';
import { addMessage } from '../../store/messages.ts';
import { gapSince, standingOf, type Standing } from '../../store/order.ts';
import { advanceMark, oweReceipt, takeAck, type Agreement } from '../sending/acks.ts';
import { takeProfile } from '../trust/take-profile.ts';
import { applyReset, goWhereTheyStand, takeAnswer } from '../kinds/reset.ts';
import { applyRevocation } from '../kinds/revoke.ts';
import type { Work } from '../work/work.ts';
import { speaksNow, type From } from '../work/from.ts';
import { noteClash, noteSecondUser } from '../trust/second-user.ts';
import { sayWhereItMoved } from '../trust/say-where-moved.ts';
import { tellUnaware } from '../trust/tell-owed.ts';
import { takeFollowed, takeRotate } from '../kinds/rotate.ts';
import { addNotice } from '../sending/notice.ts';
import { applyReserve } from '../kinds/reserve.ts';

/** What the history says of a content that only a newer version can read, and of one that breaks a rule. */
const newerVersion = 'something came that only a newer version of cryptochat can show';
/** What that line is about. */
export const newerTopic = 'newer version';
const breaksRules = 'something came that breaks the rules of the protocol; it was left out';

/** A content, the bytes it was read from, and whether it began the session that it came in. */
export type Came = { readonly content: Content; readonly bytes: Bytes; readonly began: boolean };

/**
 * Stores what a decrypted content says, inside the transaction of `work`; a repeat changes nothing but the receipt. Answers the
 * row of the text that was stored, or null.
 */
export async function apply(work: Work, from: From, came: Came): Promise<number | null> {
  const { content } = came;
  work.touched.add(from.contactId);
  const before = contactOf(work.database, from.contactId);
  const agreement = speaksNow(before, from) ? takeAck(work, from.contactId, content) : 'old';
  const row =
    content.seq === 0
      ? await applyUnordered(work, from, { ...came, agreement })
      : await applyOrdered(work, from, { ...came, agreement });
  // Whoever knows that I gave my key up sends nothing but statements.
  if (content.seq > 0 || content.body.kind === 'receipt' || content.body.kind === 'reset')
    await tellUnaware(work, from.contactId);
  await sayWhereItMoved(work, before);
  return row;
}

/** What has no seq: a receipt, or something that proves itself whatever was used of the seqs. What a newer version has of it is forgotten. */
async function applyUnordered(
  work: Work,
  from: From,
  { content, began, agreement }: Came & { readonly agreement: Agreement },
): Promise<null> {
  const { body } = content;
  if (body.kind === 'reset') await applyReset(work, from, { content, body, agreement, began });
  if (body.kind === 'rotate') await takeRotate(work, from, body.keys);
  if (body.kind === 'revoke') await applyRevocation(work, from, body.revocation);
  if (body.kind === 'followed') await takeFollowed(work, from, body);
  if (body.kind === 'broken') addNotice(work, from.contactId, breaksRules, 'broken');
  if (body.kind !== 'receipt' || !speaksNow(contactOf(work.database, from.contactId), from)) return null;
  await goWhereTheyStand(work, from.contactId, { content, agreement });
  takeAnswer(work, from, body.answers);
  return null;
}

async function applyOrdered(
  work: Work,
  from: From,
  came: Came & { readonly agreement: Agreement },
): Promise<number | null> {
  const { contactId } = from;
  const { content, agreement } = came;
  if (speaksNow(contactOf(work.database, contactId), from))
    await goWhereTheyStand(work, contactId, { content, agreement });
  oweReceipt(work, contactId);
  const standing = standingOf(work.database, { contactId, id: content.id, seq: content.seq });
  noteUsers(work, from, content, standing);
  if (!isToStore(work, from, content, standing)) return null;
  const row = store(work, contactId, { content, isAgain: standing === 'again' });
  if (standing === 'new') applyBody(work, from, content.body);
  if (content.body.kind === 'unknown' && standing === 'new') keep(work, from, row, came.bytes);
  // What was composed meanwhile did not know of this one; only a receipt tells what lies beyond a gap.
  const { storedUpTo } = contactOf(work.database, contactId);
  if (gapSince(work.database, contactId, storedUpTo) !== null) oweReceipt(work, contactId);
  return content.body.kind === 'text' && standing === 'new' ? row : null;
}

/**
 * One home writes under its older key only what comes before all that it writes under its newer one, but for a hello, which is said by a
 * key that its reader is known to know. What does not fit shows that two write as this contact.
 */
function noteUsers(work: Work, from: From, { seq, body }: Content, standing: Standing): void {
  const isLate = standing === 'new' && body.kind !== 'hello' && isBehind(work, from, seq);
  if (isLate || (standing === 'clash' && isBehind(work, from, Infinity))) noteSecondUser(work, from);
  else if (standing === 'clash') noteClash(work, from.contactId);
  if (standing === 'new') noteSeq(work.database, from, seq);
}

/**
 * A clash is not stored: the ack tells its sender, who sends it again under another seq. Nor is a late hello by a key that was changed: a
 * thief of it would take the numbers of its owner, who fills this one when it is asked for.
 */
function isToStore(work: Work, from: From, { seq, body }: Content, standing: Standing): boolean {
  if (standing === 'repeat' || standing === 'clash') return false;
  return body.kind !== 'hello' || !isBehind(work, from, seq);
}

/** Whether a seq lies above the first that came under a newer key than this one. */
function isBehind({ database }: Work, { contactId, epoch }: From, seq: number): boolean {
  const first = firstSeqAfter(database, contactId, epoch);
  return first !== null && seq > first;
}

/** The whole content stays beside its line, for the version that can read it. */
function keep(work: Work, { contactId, epoch, myEpoch }: From, row: number, content: Bytes): void {
  const most = { count: limits.keptContents, bytes: limits.keptContentsBytes };
  keepContent(work.database, { row, contactId, epoch, myEpoch, content }, most);
}

/** Does what the body of something new asks. */
export function applyBody(work: Work, from: From, body: ReadBody): void {
  if (body.kind === 'hello' || body.kind === 'profile') takeProfile(work, from, body.profile);
  if (body.kind === 'reserve') applyReserve(work, from, body);
  if (body.kind === 'broken') addNotice(work, from.contactId, breaksRules, 'broken');
  if (body.kind === 'unknown') addNotice(work, from.contactId, newerVersion, newerTopic);
}

type Heard = { readonly content: Content; readonly isAgain: boolean };

function store(work: Work, contactId: number, heard: Heard): number {
  const { content } = heard;
  const [kind, text] = keptOf(heard);
  const row = addMessage(work.database, {
    contactId,
    direction: 'in',
    id: content.id,
    kind,
    seq: content.seq,
    text,
    state: 'received',
    // Nothing was sent after it came; some times would be in no calendar.
    sentAt: Math.min(content.sentAt, work.now),
    receivedAt: work.now,
  });
  const contact = contactOf(work.database, contactId);
  const known = { upTo: contact.storedUpTo, mark: contact.storedMark };
  const { upTo, mark } = advanceMark(work.database, { contactId, direction: 'in' }, known);
  changeContact(work.database, contactId, {
    storedUpTo: upTo,
    storedMark: mark,
    ...(kind === 'text' ? { lastActivityAt: work.now } : {}),
  });
  return row;
}

/** Which kind of line a content leaves, and what it says. */
export function keptOf({ content: { body }, isAgain }: Heard): ['text' | 'hidden', string] {
  if (isAgain) return ['hidden', 'again'];
  if (body.kind === 'text') return ['text', body.text];
  return ['hidden', body.kind];
}
