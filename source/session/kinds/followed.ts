import { sameBytes } from '../../core/bytes.ts';
import { fingerprint, keyTag, writeTag } from '../../protocol/fingerprint.ts';
import type { Followed } from '../../protocol/kinds/followed.ts';
import { changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { speaksNow, type Kind, type Speaker, type Work } from '../work/work.ts';
import type { BodyOf } from '../../protocol/kinds/table.ts';
import { addNotice } from '../sending/notice.ts';
import { routeOf, type Route } from '../sending/route.ts';
import { isMyPlace } from '../keyring/my-places.ts';
import { tellKeysIn } from '../trust/tell-owed.ts';

/** A report of how much a contact knows about my keys: PROTOCOL.md "Rotation". */
export const followed: Kind<BodyOf<'followed'>> = {
  apply: (work, from, { body }) => takeFollowed(work, from, body),
};

/**
 * Notes the newest key of mine that a contact says it follows. A key that I never made shows that someone else is using my keys,
 * or that this home was set back to a state before a key change: the user must be told.
 */
async function takeFollowed(work: Work, from: Speaker, said: Followed): Promise<void> {
  const contact = contactOf(work.database, from.contactId);
  if (!speaksNow(contact, from)) return;
  if (said.isRevoked) changeContact(work.database, contact.id, { revokeNamed: 1 });
  takeName(work, { contact, from }, said);
  // A contact that names an older key than before was set back, and lacks the statements that lead to the newest.
  if (said.epoch < contact.namedEpoch && !said.hasMoved)
    await tellKeysIn(work, wayBack(work, from), said.epoch);
  if (said.hasMoved && !isMyPlace(work, said.place)) addNotice(work, contact.id, movedAway, 'moved away');
  if (said.isStopped)
    addNotice(work, contact.id, stopped(fingerprint(currentIdentity(work.database).publicKey)), 'stopped');
}

/**
 * A named key that is no longer here because of its age counts as one that I made. A key newer than the one that the content was sent to
 * does not count: a contact that follows the newer key writes to it, and anyone who stole the older key can write to the older key in the
 * name of every contact.
 */
function takeName(
  work: Work,
  { contact: { id, namedEpoch, followedEpoch }, from }: { contact: ContactRow; from: Speaker },
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
  'they now use another address for you, which is not yours. If you did not move, someone else has your keys: rotate your key, or revoke it';

function wayBack(work: Work, { contactId, myEpoch, epoch: theirEpoch }: Speaker): Route {
  return routeOf(work, { contactId, myEpoch, theirEpoch });
}

function foreignKey(key: string): string {
  return `they switched to a key in your name that this home did not make: someone else has your keys, or this home was restored to a state before you rotated them. If you did not make it, revoke your key\n${key}`;
}

function stopped(key: string): string {
  return `they stopped sending: two keys claim to be yours. Verify the safety number with them\n${key}`;
}
