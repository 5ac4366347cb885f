import { limits } from '../../core/limits.ts';
import { changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { endPace, isDue, notePace } from '../../store/paces.ts';
import { beginFromReserve } from '../sending/begin-from-reserve.ts';
import { composeUnordered, newId, storedOutOfOrder } from '../sending/compose.ts';
import { bestRoute, routeOf } from '../sending/route.ts';
import { composeQueued } from '../sending/again.ts';
import type { Work } from '../work/work.ts';
import { recall } from '../sending/acks.ts';
import { frozenReason } from '../people/frozen.ts';
import { myKeys } from '../keyring/my-keys.ts';
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
  if (before.resetDue === null) changeContact(work.database, contactId, { resetDue: work.now });
  if (await beginAnew(work, contactOf(work.database, contactId)))
    addNotice(work, contactId, askedAgain, unreadableTopic);
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

/**
 * A new session that begins with a reset: what I have, and how to write to me. It is begun as my newest identity, and brings what
 * proves that one to a contact that does not follow it yet. What waits for the contact is encrypted anew. Answers false when no
 * session can be begun and none is there.
 */
export async function reset(work: Work, contact: ContactRow): Promise<boolean> {
  if (isHelloOnItsWay(contact)) return false;
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

/**
 * Who never answered has no session to reset. But one from whom something unreadable came has had the hello: this home was set back to
 * before the answer.
 */
function isHelloOnItsWay({ lastHeardAt, resetDue, myReset }: ContactRow): boolean {
  return lastHeardAt === null && resetDue === null && myReset === null;
}
