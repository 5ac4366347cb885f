import { isRejected } from '../../protocol/bytes.ts';
import { bundleIn, type Keys } from '../../protocol/keys.ts';
import { beginSession } from '../../protocol/ratchet.ts';
import { contactKey } from '../../store/contact-keys.ts';
import { contactOf } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import type { Kind, Speaker, Work } from '../work/work.ts';
import type { BodyOf } from '../../protocol/kinds/table.ts';
import { readsFor, writeChanges } from '../work/ratchet-reads.ts';
import { repeatReset } from './recover.ts';
import { composeQueued } from '../sending/compose.ts';
import { followKeys } from '../trust/follow-keys.ts';
import { nameKeys } from '../trust/tell-owed.ts';

/** Keys of a contact: PROTOCOL.md "Rotation". */
export const rotate: Kind<BodyOf<'rotate'>> = {
  apply: (work, from, { body }) => takeRotate(work, from, body.keys),
};

/**
 * Acts on a contact's news about its keys: follows them, takes over how to write to the newest, and names in an answer the one that is
 * followed here. When some in between are missing, the answer makes the contact send all of them since.
 */
async function takeRotate(work: Work, from: Speaker, keys: Keys): Promise<void> {
  const came = followKeys(work, { ...from, keys });
  if (came === 'fork' || came === 'refused') return;
  const hasNewest = from.epoch === contactOf(work.database, from.contactId).epoch;
  if (!hasNewest) await beginFrom(work, from, keys);
  await nameKeys(work, hasNewest ? from : newestFrom(work, from));
  if (came === 'followed') await repeatReset(work, from.contactId);
  await composeQueued(work, from.contactId);
}

/** Begins a session with the newest key, for the answer to use, from the bundle that came in an older key's session. */
async function beginFrom(work: Work, from: Speaker, keys: Keys): Promise<void> {
  const { id, epoch, followedEpoch } = contactOf(work.database, from.contactId);
  const { identity } = contactKey(work.database, id, epoch);
  const bundle = keys.profile.epoch === epoch ? bundleIn(keys, identity) : null;
  if (!bundle || isRejected(bundle)) return;
  const mine = identityOf(work.database, followedEpoch) ?? currentIdentity(work.database);
  const session = { contactId: id, myEpoch: mine.epoch, theirEpoch: epoch };
  const reads = readsFor(work, session, identity);
  if (reads) writeChanges(work, session, await beginSession(reads, bundle));
}

/** The way to answer after the keys were followed: from the key of mine that the contact knows, to its newest. */
function newestFrom(work: Work, { contactId }: Speaker): Speaker {
  const { epoch, followedEpoch } = contactOf(work.database, contactId);
  return { ...contactKey(work.database, contactId, epoch), myEpoch: followedEpoch };
}
