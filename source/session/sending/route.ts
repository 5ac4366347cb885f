import type { Bytes, Envelope } from '../../core/types.ts';
import { sealEnvelope } from '../../protocol/envelope.ts';
import { beginSession, ratchetEncrypt } from '../../protocol/ratchet.ts';
import { contactKey, contactKeyOrNull, type ContactKey } from '../../store/contact-keys.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { newestSession, type SessionKey } from '../../store/sessions.ts';
import type { Work } from '../work/work.ts';
import { readsFor, writeChanges } from '../work/ratchet-reads.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { decodeBundle, type Bundle } from '../../protocol/bundle.ts';

/** A session, and the seal key (33 bytes) that its messages are sealed to. */
export type Route = { readonly session: SessionKey; readonly sealKey: Bytes };

/** An envelope, and libsignal's number of the ratchet message in it. */
type Sealing = { readonly envelope: Envelope; readonly ratchet: 2 | 3 };

/** The plaintext, the session that it must use, if any, and the oldest key of mine that can write it. */
type Letter = {
  readonly plaintext: Bytes;
  readonly route: Route | undefined;
  readonly leastEpoch: number;
};

/**
 * Encrypts a content in the session of `route`, else in the best one, else in one begun for it; null when no session may or can send it.
 */
export async function encryptFor(work: Work, contact: ContactRow, letter: Letter): Promise<Sealing | null> {
  const { plaintext, route, leastEpoch } = letter;
  if (contact.followedEpoch < leastEpoch) return null;
  const way = route ?? (await bestRoute(work, contact));
  const isNew = way !== null && way.session.myEpoch >= leastEpoch;
  const sealed = isNew ? await encryptIn(work, way, plaintext) : null;
  if (sealed) return sealed;
  // A content from an older key must not come from the newest instead: a hello shows who wrote it.
  const begun = await beginFromReserve(work, contact, route?.session.myEpoch ?? contact.followedEpoch);
  return begun && encryptIn(work, routeOf(work, begun), plaintext);
}

/**
 * A session between the newest key of mine that the contact follows and the newest of its own; where there is none, one is begun from its
 * reserve bundle. Failing that, the newest session there is.
 */
export async function bestRoute(work: Work, contact: ContactRow): Promise<Route | null> {
  const { id, followedEpoch, epoch } = contact;
  const newest = newestSession(work.database, id, followedEpoch);
  const isBest = newest?.myEpoch === followedEpoch && newest.theirEpoch === epoch;
  const best = isBest ? newest : ((await beginFromReserve(work, contact, followedEpoch)) ?? newest);
  return best && routeOf(work, best);
}

/** The route in a session: sealed to the known seal key of the other side's epoch. */
export function routeOf(work: Work, session: SessionKey): Route {
  const { sealKey } = contactKey(work.database, session.contactId, session.theirEpoch);
  return { session, sealKey };
}

async function encryptIn(work: Work, { session, sealKey }: Route, plaintext: Bytes): Promise<Sealing | null> {
  const { identity } = contactKey(work.database, session.contactId, session.theirEpoch);
  const reads = readsFor(work, session, identity);
  const sealed = reads && (await ratchetEncrypt(reads, plaintext));
  if (!sealed) return null;
  writeChanges(work, session, sealed.changes);
  return { envelope: sealEnvelope(sealed.inner, sealKey), ratchet: sealed.inner.type };
}

/**
 * Begins a new session with a contact from its reserve bundle, as my identity of `myEpoch`; returns the session, or null when there is no
 * bundle or that identity is gone.
 */
export async function beginFromReserve(
  work: Work,
  contact: ContactRow,
  myEpoch: number,
): Promise<SessionKey | null> {
  const theirs = contactKeyOrNull(work.database, contact.id, contact.epoch);
  const bundle = theirs && readReserve(theirs);
  if (!theirs || !bundle) return null;
  const session = { contactId: contact.id, myEpoch, theirEpoch: contact.epoch };
  const reads = readsFor(work, session, theirs.identity);
  if (!reads) return null;
  writeChanges(work, session, await beginSession(reads, bundle));
  return session;
}

function readReserve({ reserve, identity }: ContactKey): Bundle | null {
  const bundle = reserve && decodeBundle(reserve, identity);
  return bundle && !isRejected(bundle) ? bundle : null;
}
