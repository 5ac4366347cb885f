import { limits } from '../../core/limits.ts';
import { changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import type { Keys } from '../../protocol/keys.ts';
import { currentIdentity, identityOf, type Identity } from '../../store/identities.ts';
import { endPace, isDue, notePace } from '../../store/paces.ts';
import { beginFromReserve, bestRoute, routeOf, type Route } from '../sending/route.ts';
import { composeQueued, composeUnordered, newId, storedOutOfOrder } from '../sending/compose.ts';
import type { Work } from '../work/work.ts';
import { recall } from '../sending/acks.ts';
import { frozenReason } from '../people/find-contact.ts';
import { myKeys, shownSince } from '../keyring/make-bundle.ts';
import { addNotice, unreadableTopic } from '../sending/notice.ts';

const askedAgain = 'something arrived that could not be read; cryptochat asked for it again';

const pace = { first: limits.resetEveryMs, most: limits.askMostMs };

/**
 * Handles something from a contact that cannot be read. Asks for it again, in a new session: at once, and then once an hour at most, so
 * that junk does not cause work. `myEpoch` is the key of mine that it was sent to: a contact that sends to a newer key than I expected has
 * followed that key. PROTOCOL.md "Recovery".
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

/** Resets the session with a contact, if that is not too soon; returns whether it did. */
export async function beginAnew(work: Work, contact: ContactRow): Promise<boolean> {
  return isDue(work.database, contact.id, 'reset', work.now) && reset(work, contact);
}

/** Repeats to a contact with a newer key the reset that its older key did not answer. */
export async function repeatReset(work: Work, contactId: number): Promise<void> {
  const contact = contactOf(work.database, contactId);
  if (contact.myReset !== null && !frozenReason(contact)) await reset(work, contact);
}

/**
 * Begins a new session with a reset: a list of what I have, and how to write to me. The session is begun as my newest identity, and the
 * reset brings the proof of that identity to a contact that does not follow it yet. Messages that wait for the contact are encrypted again.
 * Returns false when there is no session and none can be started.
 */
export async function reset(work: Work, contact: ContactRow): Promise<boolean> {
  if (isHelloOnItsWay(contact)) return false;
  const newest = currentIdentity(work.database);
  const begun = await beginFromReserve(work, contact, newest.epoch);
  const identity = begun ? newest : identityOf(work.database, contact.followedEpoch);
  const route = begun ? routeOf(work, begun) : await bestRoute(work, contact);
  const keys = identity && route && keysTold(work, contact, { identity, route });
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

/** An unreadable message may come from a home that was restored to a state before it followed a key that it named: show it the way again. */
function keysTold(
  work: Work,
  { namedEpoch }: ContactRow,
  { identity, route }: { readonly identity: Identity; readonly route: Route },
): Keys | null {
  const since = Math.min(namedEpoch, shownSince(work.database, identity.epoch));
  return myKeys(work, route.session, { identity, since });
}

/**
 * A contact that never answered has no session to reset. But a contact that sent something unreadable has received the hello: this home was
 * set back to a state before the answer.
 */
function isHelloOnItsWay({ lastHeardAt, resetDue, myReset }: ContactRow): boolean {
  return lastHeardAt === null && resetDue === null && myReset === null;
}
