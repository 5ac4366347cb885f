import type { BodyOf } from '../../protocol/kinds/table.ts';
import { limits } from '../../core/limits.ts';
import { placeTag } from '../../protocol/kinds/followed.ts';
import { keyTag } from '../../protocol/fingerprint.ts';
import { signRevocation } from '../../protocol/revoke.ts';
import { contactKey, type ContactKey } from '../../store/contact-keys.ts';
import { changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { dropWaiting, isWaiting } from '../../store/outbox.ts';
import { endPace, isDue, notePace } from '../../store/paces.ts';
import { composeUnordered } from '../sending/compose.ts';
import { beginFromReserve, bestRoute, routeOf, type Route } from '../sending/route.ts';
import type { Speaker, Work } from '../work/work.ts';
import { myKeys } from '../keyring/make-bundle.ts';
import { isRevoked } from '../keyring/revoked.ts';

const pace = { first: limits.resetEveryMs, most: limits.askMostMs };

type When = 'due' | 'instead' | 'behind';

/**
 * Tells a contact what it does not know of my keys: that I gave them up, or every one since the newest that it is known to use. Does so in
 * a session of its own, and again, after longer and longer pauses, until the contact names it: news about a stolen key must not depend on
 * the session, or the seqs, that the thief has too. Goes out at once `instead` of the statement that waits, or `behind` it: messages that
 * wait under a key that was never told need the statement before them. PROTOCOL.md "Rotation".
 */
export async function tellOwed(work: Work, contactId: number, when: When = 'due'): Promise<void> {
  const contact = contactOf(work.database, contactId);
  if (contact.state === 'blocked' || !isOwed(work, contact)) return;
  if (!isTime(work, contactId, when)) return;
  const tell = isRevoked(work.database) ? tellRevoked : tellKeys;
  if (await tell(work, contact)) notePace(work.database, contactId, 'keys', { now: work.now, ...pace });
}

function isTime(work: Work, contactId: number, when: When): boolean {
  const { database, now } = work;
  if (when === 'due')
    return !isWaiting(database, contactId, 'statement') && isDue(database, contactId, 'keys', now);
  endPace(database, contactId, 'keys');
  if (when === 'behind') return true;
  dropWaiting(database, contactId, 'statement');
  work.recalled.add(contactId);
  return true;
}

/**
 * Tells a contact again that I gave my identity up, when it was known to have heard of that and goes on all the same: its home was set back
 * to a state before that.
 */
export async function tellUnaware(work: Work, contactId: number): Promise<void> {
  if (!isRevoked(work.database) || contactOf(work.database, contactId).revokeNamed === 0) return;
  if (!mayAnswer(work, contactId)) return;
  changeContact(work.database, contactId, { revokeNamed: 0 });
  await tellOwed(work, contactId, 'instead');
}

/**
 * A contact that asked through the card hears of a new key when it is accepted, but of a revocation at once, because there is nothing to
 * accept any more.
 */
function isOwed(work: Work, { revokeNamed, namedEpoch, request }: ContactRow): boolean {
  if (isRevoked(work.database)) return revokeNamed === 0;
  return request === null && namedEpoch < currentIdentity(work.database).epoch;
}

/** Tells my keys as my newest identity, which proves itself; without a reserve bundle for that, in the session that there is. */
async function tellKeys(work: Work, contact: ContactRow): Promise<boolean> {
  const mine = currentIdentity(work.database);
  const begun = await beginFromReserve(work, contact, mine.epoch);
  const route = begun ? routeOf(work, begun) : await bestRoute(work, contact);
  const keys = route && myKeys(work, route.session, { identity: mine, since: contact.namedEpoch });
  if (!keys) return false;
  // Everything that goes out from here on goes behind it, in the session that it begins: nothing more is written under an older key.
  if (begun) changeContact(work.database, contact.id, { followedEpoch: mine.epoch });
  return composeUnordered(work, contact, { kind: 'rotate', keys }, { what: 'statement', route });
}

/** Sends a revocation of the newest key of mine that the contact is known to use: it would ignore one of a key that it does not know. */
async function tellRevoked(work: Work, contact: ContactRow): Promise<boolean> {
  const mine = identityOf(work.database, contact.namedEpoch) ?? currentIdentity(work.database);
  const said = { time: work.now, identity: mine.publicKey };
  const body = { kind: 'revoke', revocation: signRevocation(said, mine.privateKey) } as const;
  const begun = await beginFromReserve(work, contact, mine.epoch);
  const route = begun ? routeOf(work, begun) : undefined;
  return composeUnordered(work, contact, body, { what: 'statement', route });
}

/**
 * Answers somebody who speaks to an older key of mine, or names one, with all of them since, in the session that they have: anyone who has
 * that key could ask, and is told only what the contact alone can follow. Happens every few seconds at most.
 */
export async function tellKeysIn(work: Work, route: Route, since = route.session.myEpoch): Promise<void> {
  const { contactId } = route.session;
  if (!mayAnswer(work, contactId)) return;
  const identity = currentIdentity(work.database);
  const keys = myKeys(work, route.session, { identity, since });
  const contact = contactOf(work.database, contactId);
  if (keys) await composeUnordered(work, contact, { kind: 'rotate', keys }, { what: 'statement', route });
}

/**
 * Answers a hello under a key that the contact has changed: the contact does not know yet that the change is known here, and will then say
 * hello under the newer key. Returns whether the contact was told, which happens every few seconds at most.
 */
export async function nameNewer(work: Work, key: ContactKey | null): Promise<boolean> {
  if (!key || key.retiredAt === null) return false;
  const contact = contactOf(work.database, key.contactId);
  if (contact.state === 'blocked' || !mayAnswer(work, contact.id)) return false;
  return answer(work, contact);
}

/** Tells whether it is time to tell a contact again what it shows that it does not know; notes that it is told. */
function mayAnswer(work: Work, contactId: number): boolean {
  if (!isDue(work.database, contactId, 'answer', work.now)) return false;
  const { setBackEveryMs: first, resetEveryMs: most } = limits;
  notePace(work.database, contactId, 'answer', { now: work.now, first, most });
  return true;
}

/** Tells a contact which newest key of its own is followed here, in the session in which it spoke, in place of an answer that waits. */
export async function nameKeys(work: Work, from: Speaker): Promise<void> {
  const contact = contactOf(work.database, from.contactId);
  const session = { contactId: contact.id, myEpoch: from.myEpoch, theirEpoch: from.epoch };
  await answer(work, contact, routeOf(work, session));
}

function answer(work: Work, contact: ContactRow, route?: Route): Promise<boolean> {
  dropWaiting(work.database, contact.id, 'answer');
  work.recalled.add(contact.id);
  return composeUnordered(work, contact, followedBody(work, contact), { what: 'answer', route });
}

/** The followed key of a contact, and the place to send to. */
export function followedBody(work: Work, contact: ContactRow): BodyOf<'followed'> {
  const { identity } = contactKey(work.database, contact.id, contact.epoch);
  return {
    kind: 'followed',
    epoch: contact.epoch,
    tag: keyTag(identity),
    place: placeTag(contact.address),
    isRevoked: contact.state === 'revoked',
    isStopped: contact.state === 'conflict',
    hasMoved: false,
  };
}
