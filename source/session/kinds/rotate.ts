import { sameBytes } from '../../core/bytes.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { fingerprint, keyTag, writeTag } from '../../protocol/fingerprint.ts';
import type { Followed } from '../../protocol/followed.ts';
import { bundleIn } from '../../protocol/keys.ts';
import type { Keys } from '../../protocol/keys.ts';
import { beginSession } from '../../protocol/ratchet.ts';
import { contactKey } from '../../store/contact-keys.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import type { Work } from '../work/work.ts';
import { readsFor, writeChanges } from '../work/ratchet-reads.ts';
import { repeatReset } from './recover.ts';
import { composeQueued } from '../sending/again.ts';
import { addNotice } from '../sending/notice.ts';
import { followKeys } from '../trust/follow-keys.ts';
import { speaksNow } from '../work/from.ts';
import type { From } from '../work/from.ts';
import { routeOf } from '../sending/route.ts';
import type { Route } from '../sending/route.ts';
import { isMyPlace } from '../keyring/my-places.ts';
import { nameKeys, tellKeysIn } from '../trust/tell-owed.ts';

/**
 * Acts on what a contact says of its keys: follows them, takes over how to write to the newest, and names in an answer which one is
 * followed here. When some are missing between, the answer has the contact tell all since. PROTOCOL.md "Rotation".
 */
export async function takeRotate(work: Work, from: From, keys: Keys): Promise<void> {
  const came = followKeys(work, { ...from, keys });
  if (came === 'fork' || came === 'refused') return;
  const hasNewest = from.epoch === contactOf(work.database, from.contactId).epoch;
  if (!hasNewest) await beginFrom(work, from, keys);
  await nameKeys(work, hasNewest ? from : newestFrom(work, from));
  if (came === 'followed') await repeatReset(work, from.contactId);
  await composeQueued(work, from.contactId);
}

/** What came in the session of an older key brings a bundle of the newest, which the answer is to use. */
async function beginFrom(work: Work, from: From, keys: Keys): Promise<void> {
  const { id, epoch, followedEpoch } = contactOf(work.database, from.contactId);
  const { identity } = contactKey(work.database, id, epoch);
  const bundle = keys.profile.epoch === epoch ? bundleIn(keys, identity) : null;
  if (!bundle || isRejected(bundle)) return;
  const mine = identityOf(work.database, followedEpoch) ?? currentIdentity(work.database);
  const session = { contactId: id, myEpoch: mine.epoch, theirEpoch: epoch };
  const reads = readsFor(work, session, identity);
  if (reads) writeChanges(work, session, await beginSession(reads, bundle));
}

/** The way to answer after the keys were followed: as the key of mine that it knows, to its newest. */
function newestFrom(work: Work, { contactId }: From): From {
  const { epoch, followedEpoch } = contactOf(work.database, contactId);
  return { ...contactKey(work.database, contactId, epoch), myEpoch: followedEpoch };
}

/**
 * Takes what a contact names as the newest key of mine that it follows. One that I never made shows that somebody else uses my keys,
 * or that this home was set back to before a change of them: a person must hear of that.
 */
export async function takeFollowed(work: Work, from: From, said: Followed): Promise<void> {
  const contact = contactOf(work.database, from.contactId);
  if (!speaksNow(contact, from)) return;
  if (said.isRevoked) changeContact(work.database, contact.id, { revokeNamed: 1 });
  takeName(work, { contact, from }, said);
  // Who names an older one than before was set back, and lacks what leads to the newest.
  if (said.epoch < contact.namedEpoch && !said.hasMoved)
    await tellKeysIn(work, wayBack(work, from), said.epoch);
  if (said.hasMoved && !isMyPlace(work, said.place)) addNotice(work, contact.id, movedAway, 'moved away');
  if (said.isStopped)
    addNotice(work, contact.id, stopped(fingerprint(currentIdentity(work.database).publicKey)), 'stopped');
}

/**
 * A key that is gone here by its age is one that I made. One that is newer than the key to which it is named does not count: whoever
 * follows it writes to that one, and who has stolen the older one can write to it in the name of every contact.
 */
function takeName(
  work: Work,
  { contact: { id, namedEpoch, followedEpoch }, from }: { contact: ContactRow; from: From },
  { epoch, tag }: Followed,
): void {
  const mine = identityOf(work.database, epoch);
  if (mine && sameBytes(keyTag(mine.publicKey), tag)) {
    if (epoch > from.myEpoch) return;
    const named = Math.max(namedEpoch, epoch);
    changeContact(work.database, id, { namedEpoch: named, followedEpoch: Math.max(followedEpoch, named) });
  } else if (mine ?? epoch > currentIdentity(work.database).epoch) {
    addNotice(work, id, foreignKey(writeTag(tag)), 'foreign key');
  }
}

const movedAway =
  'they write to another address for you now, which is not the one of this home. If you did not move, somebody else has your keys: make a new key, or revoke';

function wayBack(work: Work, { contactId, myEpoch, epoch: theirEpoch }: From): Route {
  return routeOf(work, { contactId, myEpoch, theirEpoch });
}

function foreignKey(key: string): string {
  return `they follow a key in your name that was not made in this home: somebody else has your keys, or this home was set back to before you changed them. If you did not make it, revoke\n${key}`;
}

function stopped(key: string): string {
  return `they stopped sending: two keys claim to be yours. Compare the safety number with them\n${key}`;
}
