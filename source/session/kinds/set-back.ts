import type { Content } from '../../protocol/kinds/content.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { addMessage } from '../../store/messages.ts';
import { dropMarks, keepMark } from '../../store/marks.ts';
import { isDue, notePace } from '../../store/paces.ts';
import {
  countDelivered,
  countVoids,
  deliveredAbove,
  missingSeqs,
  renumber,
  undeliveredTo,
} from '../../store/unsent.ts';
import { agreeOn, markStored, recall, resendPace, storedIn } from '../sending/acks.ts';
import { newId, sendNextAgain } from '../sending/compose.ts';
import type { Work } from '../work/work.ts';
import { addNotice, unreadableTopic, unsay } from '../sending/notice.ts';

/** No honest conversation comes near this seq; a contact that claims it would use up the numbers. */
const mostSeq = 2 ** 48;
/** How many seqs of one conversation are ever filled with nothing; a contact that needs more claims messages that never existed. */
const mostVoids = 10_000;
/** How far beyond a gap a contact may have stored messages of mine. */
const mostAhead = 2000;

/**
 * Tells whether a contact may have me send things again now, and notes that it did: a contact that claims again and again that a home was
 * set back waits longer each time, 5 s to 1 h. The contact repeats a request that was put off.
 */
function mayGo(work: Work, contactId: number): boolean {
  if (!isDue(work.database, contactId, 'resend', work.now)) return false;
  notePace(work.database, contactId, 'resend', { now: work.now, ...resendPace });
  return true;
}

/**
 * Goes on after the messages that a contact has of mine and I do not know, because this home was set back to an earlier state. Messages not
 * known to be delivered get the seqs that are free there, with the same ids, so that nothing is lost or shown twice. PROTOCOL.md
 * "Recovery".
 */
export function goOnAfter(work: Work, contactId: number, theirs: Content): boolean {
  const stored = new Set(storedIn(theirs).map(({ seq }) => seq));
  const delivered = deliveredAbove(work.database, contactId, theirs.ack);
  const taken = new Set([...stored, ...delivered]);
  const last = Math.max(theirs.ack, ...taken);
  if (theirs.ack >= mostSeq || last - theirs.ack > mostAhead) return false;
  if (last > theirs.ack && countVoids(work.database, contactId) >= mostVoids) return false;
  if (!mayGo(work, contactId)) return false;
  recall(work, contactId);
  const nextSeq = assignFreeSeqs(work, contactId, { from: theirs.ack + 1, upTo: last, taken });
  changeContact(work.database, contactId, { nextSeq });
  dropMarks(work.database, contactId, theirs.ack - 1);
  keepMark(work.database, contactId, { seq: theirs.ack, mark: theirs.mark });
  agreeOn(work, contactId, theirs);
  // They were restored as well, or forgot me: messages delivered to them are gone.
  if (delivered.some((seq) => !stored.has(seq))) sendAllAgain(work, contactId, theirs);
  explain(
    work,
    contactId,
    'this home was restored to an earlier state, or another home uses its key; messages that you sent since may be missing here',
  );
  return true;
}

type Free = { readonly from: number; readonly upTo: number; readonly taken: ReadonlySet<number> };

/** Renumbers the undelivered messages, and fills the seqs that are left up to `upTo`; returns the next seq. */
function assignFreeSeqs(work: Work, contactId: number, { from, upTo, taken }: Free): number {
  const rows = [...undeliveredTo(work.database, contactId)];
  const moves: Array<{ row: number; seq: number }> = [];
  let seq = from;
  for (; rows.length > 0 || seq <= upTo; seq += 1) {
    if (taken.has(seq)) continue;
    moves.push({ row: rows.shift() ?? addVoid(work, contactId), seq });
  }
  renumber(work.database, moves);
  return seq;
}

function addVoid(work: Work, contactId: number): number {
  return addMessage(work.database, {
    contactId,
    direction: 'out',
    id: newId(),
    kind: 'hidden',
    seq: 0,
    text: '',
    what: 'void',
    state: 'queued',
    sentAt: work.now,
    receivedAt: null,
  });
}

/**
 * Goes back to where a contact stands: sends again what it does not have, including messages that were delivered before its home was set
 * back. No tick is taken away: the messages had been delivered when the tick was set. Returns false when it is too soon to go back.
 */
export function goBackTo(work: Work, contactId: number, theirs: Content): boolean {
  if (!mayGo(work, contactId)) return false;
  recall(work, contactId);
  fillHoles(work, contactId, theirs);
  const lost = countDelivered(work.database, contactId, theirs.ack);
  agreeOn(work, contactId, theirs);
  changeContact(work.database, contactId, { reserveGiven: 0 });
  sendAllAgain(work, contactId, theirs);
  if (lost > 0) explain(work, contactId, setBack(lost));
  return true;
}

/** Marks everything above a contact's ack to go out again, except what the contact says it has stored. */
function sendAllAgain(work: Work, contactId: number, theirs: Content): void {
  const { nextSeq } = contactOf(work.database, contactId);
  const isAnything = nextSeq - 1 > theirs.ack;
  changeContact(work.database, contactId, {
    againFrom: isAnything ? theirs.ack + 1 : 0,
    againTo: isAnything ? nextSeq - 1 : 0,
  });
  sendNextAgain(work, contactId);
  markStored(work, contactId, storedIn(theirs));
}

/** A seq that was skipped because a message had it is filled when that message is lost too. */
function fillHoles(work: Work, contactId: number, theirs: Content): void {
  if (countVoids(work.database, contactId) >= mostVoids) return;
  const { nextSeq } = contactOf(work.database, contactId);
  const taken = new Set(storedIn(theirs).map(({ seq }) => seq));
  const moves = missingSeqs(work.database, contactId, { after: theirs.ack, before: nextSeq, most: mostAhead })
    .filter((seq) => !taken.has(seq))
    .map((seq) => ({ row: addVoid(work, contactId), seq }));
  renumber(work.database, moves);
}

/** One line is enough: it explains why something just before could not be read. */
function explain(work: Work, contactId: number, text: string): void {
  unsay(work, contactId, unreadableTopic);
  addNotice(work, contactId, text, 'set back');
}

function setBack(lost: number): string {
  const messages =
    lost === 1 ? 'a message that they had is sent again' : `${lost} messages that they had are sent again`;
  return `their home was restored to an earlier state; ${messages}`;
}
