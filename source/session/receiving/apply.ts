import type { Bytes } from '../../core/types.ts';
import type { Content } from '../../protocol/content.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { addMessage } from '../../store/messages.ts';
import { gapSince, standingOf } from '../../store/order.ts';
import { takeAck } from './acks.ts';
import { applyProfile } from '../pairing/apply-profile.ts';
import { applyReset, goWhereTheyStand } from '../recovery/apply-reset.ts';
import { applyRevocation } from '../trust/apply-revocation.ts';
import type { Work } from '../context.ts';
import { followRotation } from '../trust/follow-rotation.ts';
import { speaksNow } from '../trust/from.ts';
import type { From } from '../trust/from.ts';
import { advanceMark } from './marks.ts';
import { addNotice, topicOf } from '../sending/notice.ts';
import { oweReceipt } from './owe-receipt.ts';
import { applyReserve } from '../recovery/reserve.ts';

/** A contact's unreadable novelty, as the history keeps it. */
const newerVersion = 'something came that only a newer version of cryptochat can show';

/**
 * Stores what a decrypted content says, inside the transaction of `work`; a repeat changes nothing but the receipt. Answers the
 * row of the text that was stored, or null.
 */
export async function apply(work: Work, from: From, content: Content): Promise<number | null> {
  const { contactId } = from;
  work.touched.add(contactId);
  const agreement = takeAck(work, contactId, content);
  if (content.body.kind === 'reset') {
    await applyReset(work, from, { content, agreement });
    return null;
  }
  if (speaksNow(contactOf(work.database, contactId), from))
    await goWhereTheyStand(work, contactId, { content, agreement });
  if (content.body.kind === 'receipt') return null;
  oweReceipt(work, contactId);
  const standing = standingOf(work.database, { contactId, id: content.id, seq: content.seq });
  // A clash is not stored: the ack tells its sender, who sends it again under another seq. A revocation proves itself.
  if (standing === 'clash' && content.body.kind === 'revoke')
    noteRevocation(work, contactId, content.body.revocation);
  if (standing === 'repeat' || standing === 'clash') return null;
  const notice = standing === 'new' ? await applyBody(work, from, content) : null;
  const row = store(work, contactId, { content, isAgain: standing === 'again' });
  tell(work, contactId, { kind: content.body.kind, line: notice });
  // What was composed meanwhile did not know of this one; only a receipt tells what lies beyond a gap.
  const { storedUpTo } = contactOf(work.database, contactId);
  if (gapSince(work.database, contactId, storedUpTo) !== null) oweReceipt(work, contactId);
  return row;
}

function noteRevocation(work: Work, contactId: number, revocation: Bytes): void {
  tell(work, contactId, { kind: 'revoke', line: applyRevocation(work, contactId, revocation) });
}

/** The line that a content of this kind left for the conversation, if it did. */
function tell(work: Work, contactId: number, { kind, line }: { kind: string; line: string | null }): void {
  if (line !== null) addNotice(work, contactId, line, topicOf(kind, line));
}

/** Does what the body asks; answers a line for the history when it leaves one. */
async function applyBody(work: Work, from: From, content: Content): Promise<string | null> {
  const { body } = content;
  if (body.kind === 'rotate') return followRotation(work, from.contactId, body.rotate);
  if (body.kind === 'hello' || body.kind === 'profile') return applyProfile(work, from, body.profile);
  if (body.kind === 'reserve') applyReserve(work, from, body);
  if (body.kind === 'revoke') return applyRevocation(work, from.contactId, body.revocation);
  return body.kind === 'unknown' ? newerVersion : null;
}

type Heard = { readonly content: Content; readonly isAgain: boolean };

function store(work: Work, contactId: number, heard: Heard): number | null {
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
  return kind === 'text' ? row : null;
}

function keptOf({ content: { body }, isAgain }: Heard): ['text' | 'hidden', string] {
  if (isAgain) return ['hidden', 'again'];
  if (body.kind === 'text') return ['text', body.text];
  return ['hidden', body.kind];
}
