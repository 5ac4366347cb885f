import { limits } from '../../core/limits.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { allContacts, changeContact, contactOf } from '../../store/contacts.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { gapSince } from '../../store/order.ts';
import { isWaiting } from '../../store/outbox.ts';
import { endPace, isDue, notePace } from '../../store/paces.ts';
import { resendStale } from '../../store/unsent.ts';
import { beginFromReserve } from './begin-from-reserve.ts';
import { composeUnordered, newId, storedOutOfOrder } from '../sending/compose.ts';
import { bestRoute, routeOf } from '../sending/route.ts';
import { composeQueued } from '../sending/compose-queued.ts';
import type { Work } from '../context.ts';
import { recall } from '../receiving/owe-receipt.ts';
import { sayHelloAgain } from '../pairing/say-hello.ts';
import { frozenReason } from '../trust/frozen.ts';
import { myKeys } from '../trust/my-keys.ts';
import { tellOwed } from '../trust/tell-owed.ts';
import { addNotice, unreadableTopic } from '../sending/notice.ts';

const askedAgain = 'something came that could not be read; it was asked for again';

const pace = { first: limits.resetEveryMs, most: limits.askMostMs };

/**
 * Something from a contact cannot be read. Asks for it again, in a new session: at once, and then once an hour at most, so
 * that junk is not answered with work. `myEpoch` is the key of mine that it was sent to: who sends to a newer one than I knew
 * has followed that. PROTOCOL.md "Recovery".
 */
export async function askAgain(work: Work, contactId: number, myEpoch = 0): Promise<void> {
  const before = contactOf(work.database, contactId);
  if (frozenReason(before)) return;
  const hasFollowed = myEpoch > before.followedEpoch;
  if (hasFollowed) {
    changeContact(work.database, contactId, { followedEpoch: myEpoch });
    endPace(work.database, contactId, 'reset');
  }
  const contact = contactOf(work.database, contactId);
  if (await beginAnew(work, contact)) addNotice(work, contactId, askedAgain, unreadableTopic);
  else if (contact.resetDue === null) changeContact(work.database, contactId, { resetDue: work.now });
}

/** Resets the session with a contact, if that is not too soon; answers whether it did. */
export async function beginAnew(work: Work, contact: ContactRow): Promise<boolean> {
  return isDue(work.database, contact.id, 'reset', work.now) && reset(work, contact);
}

/** Asks a contact with a newer key for what its older one was asked for, and did not answer. */
export async function repeatReset(work: Work, contactId: number): Promise<void> {
  const contact = contactOf(work.database, contactId);
  if (contact.myReset !== null && !frozenReason(contact)) await reset(work, contact);
}

/** Asks and tells again where it is due, because it was not answered: what is missing, what my keys are, a hello. */
export async function askWhereDue(work: Work): Promise<void> {
  for (const { id } of allContacts(work.database)) {
    await tellOwed(work, id);
    await sayHelloAgain(work, id);
    const contact = contactOf(work.database, id);
    // Who knows that my key is given up acknowledges nothing more.
    if (frozenReason(contact) || contact.revokeNamed === 1) continue;
    await sendStaleAgain(work, contact);
    await askForMissing(work, contactOf(work.database, id));
  }
}

function noAnswer(key: string): string {
  return `somebody wrote in their name with another key, and what they were asked about it is not answered: if they set up anew, you need a new link from them\n${key}`;
}

/** Not where messages came since something was unreadable, and none is missing. */
async function askForMissing(work: Work, contact: ContactRow): Promise<void> {
  const { id, myReset, stranger, resetDue } = contact;
  if (!isDue(work.database, id, 'reset', work.now) || isWaiting(work.database, id, 'reset')) return;
  const isUnanswered = myReset !== null || stranger !== null;
  if (myReset !== null && stranger !== null)
    addNotice(work, id, noAnswer(fingerprint(stranger)), 'no answer');
  if (isMissing(work, contact) || isSilent(contact) || isUnanswered) await reset(work, contact);
  else if (resetDue !== null) changeContact(work.database, id, { resetDue: null });
}

/**
 * Who is heard, and says for an hour nothing of a message, has lost it: its home was set back after it took it. Heard in the future, by a
 * clock that was ahead, says nothing of today.
 */
async function sendStaleAgain(work: Work, { id, lastHeardAt }: ContactRow): Promise<void> {
  const { resetEveryMs: first, askMostMs: most } = limits;
  if (lastHeardAt === null || lastHeardAt > work.now || !isDue(work.database, id, 'stale', work.now)) return;
  if (resendStale(work.database, id, lastHeardAt - first) === 0) return;
  notePace(work.database, id, 'stale', { now: work.now, first, most });
  await composeQueued(work, id);
}

/** Envelopes go out in order: what is still missing after a while does not come by itself. */
function isMissing(work: Work, { id, storedUpTo }: ContactRow): boolean {
  const since = gapSince(work.database, id, storedUpTo);
  return since !== null && since < work.now - limits.gapPatienceMs;
}

/** Whether nothing readable came since something unreadable did. */
function isSilent({ resetDue, lastHeardAt }: ContactRow): boolean {
  return resetDue !== null && (lastHeardAt ?? 0) <= resetDue;
}

/** Says to every contact, in a new session, where this home stands: after it was restored from a backup. */
export async function announce(work: Work): Promise<void> {
  for (const contact of allContacts(work.database)) {
    if (!frozenReason(contact)) await reset(work, contact);
  }
}

/**
 * A new session that begins with a reset: what I have, and how to write to me. It is begun as my newest identity, and brings what
 * proves that one to a contact that does not follow it yet. What waits for the contact is encrypted anew. Answers false when no
 * session can be begun and none is there.
 */
async function reset(work: Work, contact: ContactRow): Promise<boolean> {
  // Who never answered has no session to reset: the hello is still on its way.
  if (contact.lastHeardAt === null) return false;
  const newest = currentIdentity(work.database);
  const begun = await beginFromReserve(work, contact, newest.epoch);
  const identity = begun ? newest : identityOf(work.database, contact.followedEpoch);
  const route = begun ? routeOf(work, begun) : await bestRoute(work, contact);
  const since = contact.namedEpoch;
  const keys = identity && route && myKeys(work, route.session, { identity, since });
  if (!keys) return false;
  recall(work, contact.id);
  const id = newId();
  const stored = storedOutOfOrder(work, contact);
  const sent = await composeUnordered(
    work,
    contact,
    { kind: 'reset', stored, keys },
    { what: 'reset', id, route },
  );
  if (sent) {
    notePace(work.database, contact.id, 'reset', { now: work.now, ...pace });
    changeContact(work.database, contact.id, {
      myReset: id,
      resetDue: null,
      followedEpoch: Math.max(contact.followedEpoch, identity.epoch),
    });
  }
  await composeQueued(work, contact.id);
  return sent;
}
