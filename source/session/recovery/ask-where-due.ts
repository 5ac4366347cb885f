import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { allContacts, changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import { gapSince } from '../../store/order.ts';
import { isWaiting } from '../../store/outbox.ts';
import { isDue, notePace, pauseOf } from '../../store/paces.ts';
import { resendStale } from '../../store/unsent.ts';
import { composeQueued } from '../sending/compose.ts';
import type { Work } from '../work/work.ts';
import { sayHelloAgain } from '../pairing/say-hello.ts';
import { frozenReason, labelOf } from '../people/find-contact.ts';
import { tellOwed } from '../trust/tell-owed.ts';
import { addNotice, unheardTopic, unsay } from '../sending/notice.ts';
import { reset } from '../kinds/recover.ts';

/** Repeats unanswered requests and announcements when they are due: for missing messages, about my keys, a hello. */
export async function askWhereDue(work: Work): Promise<void> {
  for (const { id } of allContacts(work.database)) {
    await tellOwed(work, id);
    await sayHelloAgain(work, id);
    const contact = contactOf(work.database, id);
    // A contact that knows that my key is given up acknowledges nothing more.
    if (frozenReason(contact) || contact.revokeNamed === 1) continue;
    await sendStaleAgain(work, contact);
    await askForMissing(work, contactOf(work.database, id));
  }
}

/** After that long a pause, the fourth time that it asks, a contact that nobody here can read is unlikely to answer. */
const patience = 4 * limits.resetEveryMs;

/** Adds a notice with advice when a contact does not answer a request about an unreadable message. */
function sayUnanswered(work: Work, contact: ContactRow): void {
  const { id, myReset, stranger } = contact;
  if (myReset === null) return;
  if (stranger !== null) {
    const key = fingerprint(stranger);
    const text = `someone wrote in their name with another key, and they have not answered the question about it: if they set up a new home, ask them for a new link\n${key}`;
    return addNotice(work, id, text, 'no answer');
  }
  if (!isSilent(contact) || (pauseOf(work.database, id, 'reset') ?? 0) < patience) return;
  const name = printableLine(labelOf(contact));
  const text = `messages from ${name} cannot be read here, and the question about them is not answered. If this lasts while ${name} is online, one of the two homes was restored to a state that is too old: ask ${name} for a new link`;
  unsay(work, id, unheardTopic);
  addNotice(work, id, text, unheardTopic);
}

/** Asks for missing messages, but not if messages came since the unreadable one and none is missing. */
async function askForMissing(work: Work, contact: ContactRow): Promise<void> {
  const { id, myReset, stranger, resetDue } = contact;
  if (!isDue(work.database, id, 'reset', work.now) || isWaiting(work.database, id, 'reset')) return;
  const isUnanswered = myReset !== null || stranger !== null;
  sayUnanswered(work, contact);
  if (isMissing(work, contact) || isSilent(contact) || isUnanswered) {
    if (!(await reset(work, contact))) sayCutOff(work, contact);
  } else if (resetDue !== null) changeContact(work.database, id, { resetDue: null });
}

/** Adds a notice with advice when there is no way to ask: no bundle, and no session that may still send. */
function sayCutOff(work: Work, contact: ContactRow): void {
  const { id, resetDue } = contact;
  if (!isSilent(contact) || (resetDue ?? work.now) > work.now - patience) return;
  if (!isDue(work.database, id, 'cut-off', work.now)) return;
  notePace(work.database, id, 'cut-off', { now: work.now, first: limits.askMostMs, most: limits.askMostMs });
  const name = printableLine(labelOf(contact));
  const text = `messages from ${name} cannot be read here, and this home has no keys with which to ask for them again: ask ${name} for a new link`;
  addNotice(work, id, text, unheardTopic);
}

/**
 * A contact that is heard, but says nothing of a message for an hour, has lost it: its home was set back after it took the message. A
 * contact heard from at a later time, by a clock that was ahead, says nothing about today.
 */
async function sendStaleAgain(work: Work, { id, lastHeardAt }: ContactRow): Promise<void> {
  const { resetEveryMs: first, askMostMs: most } = limits;
  if (lastHeardAt === null || lastHeardAt > work.now || !isDue(work.database, id, 'stale', work.now)) return;
  if (resendStale(work.database, id, lastHeardAt - first) === 0) return;
  notePace(work.database, id, 'stale', { now: work.now, first, most });
  await composeQueued(work, id);
}

/** Envelopes go out in order: a message that is still missing after a while does not come on its own. */
function isMissing(work: Work, { id, storedUpTo }: ContactRow): boolean {
  const since = gapSince(work.database, id, storedUpTo);
  return since !== null && since < work.now - limits.gapPatienceMs;
}

/** Tells whether nothing readable came since something unreadable did. */
function isSilent({ resetDue, lastHeardAt }: ContactRow): boolean {
  return resetDue !== null && (lastHeardAt ?? 0) <= resetDue;
}
