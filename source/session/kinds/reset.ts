import type { BodyOf } from '../../protocol/kinds/table.ts';
import type { Keys } from '../../protocol/keys.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { oweReceipt, receiptOnly } from '../sending/acks.ts';
import { speaksNow, type Kind, type Said, type Speaker, type Work } from '../work/work.ts';
import { compose, composeQueued } from '../sending/compose.ts';
import { followKeys, keepBundle } from '../trust/follow-keys.ts';
import { nameKeysAt } from '../trust/say-where-moved.ts';
import { nameKeys, tellKeysIn } from '../trust/tell-owed.ts';
import { addNotice } from '../sending/notice.ts';
import { myProfile } from '../keyring/profile.ts';
import { repeatReset } from './recover.ts';
import { beginFromReserve } from '../sending/route.ts';
import { giveReserve } from './reserve.ts';
import { goBackTo, goOnAfter } from './set-back.ts';

/** A reset, with which a contact begins a new session: PROTOCOL.md "Recovery". */
export const reset: Kind<BodyOf<'reset'>> = { apply: applyReset };

const olderKey =
  'they asked for something with an older key: their request was delayed, or their home was restored to a state before they rotated it; if your messages do not reach them, send them a new link';

/**
 * Answers a reset: follows the keys that it brings, takes over how to write to the contact, and sends again, in the session that the reset
 * began, everything that the contact does not have. A retired key may neither ask for that nor be asked for it.
 */
async function applyReset(
  work: Work,
  from: Speaker,
  { content, body, agreement, began }: Said<BodyOf<'reset'>>,
): Promise<void> {
  const { contactId, myEpoch } = from;
  const came = followKeys(work, { ...from, keys: body.keys });
  if (came === 'fork' || came === 'refused') return;
  const contact = contactOf(work.database, contactId);
  // The reset comes from an older key, or brings the keys of one.
  if (Math.min(from.epoch, body.keys.profile.epoch) < contact.epoch) {
    addNotice(work, contactId, olderKey, 'older key');
    return nameKeysAt(work, from, body.keys.profile);
  }
  if (came === 'followed') await nameKeys(work, from);
  const session = { contactId, myEpoch, theirEpoch: from.epoch };
  const route = { session, sealKey: body.keys.profile.sealKey };
  if (!speaksNow(contact, from)) return tellKeysIn(work, route);
  const went = agreement === 'other' ? goOnAfter : goBackTo;
  if (!went(work, contactId, content)) return;
  // Never go back to an older key: messages written under the newer key, and read there, would make this look like a thief's.
  const followedEpoch = Math.max(contact.followedEpoch, myEpoch);
  changeContact(work.database, contactId, { theirReset: content.id, followedEpoch, reserveGiven: 0 });
  if (myEpoch < currentIdentity(work.database).epoch) await tellKeysIn(work, route);
  if (came === 'followed') await repeatReset(work, contactId);
  await tellAll(work, from, { began, keys: body.keys });
}

/**
 * A reset in an existing session comes from a contact without a bundle, which may have lost what came in that session: the answer begins a
 * new one.
 */
async function beginFrom(work: Work, { contactId }: Speaker, keys: Keys): Promise<void> {
  keepBundle(work, contactId, keys);
  const contact = contactOf(work.database, contactId);
  await beginFromReserve(work, contact, contact.followedEpoch);
}

/**
 * Tells a home that lost its state what it lacks, how to write to me, and that its reset was answered. Uses a session begun from the bundle
 * in its keys, if its reset did not begin one.
 */
async function tellAll(
  work: Work,
  from: Speaker,
  { began, keys }: { readonly began: boolean; readonly keys: Keys },
): Promise<void> {
  const { contactId, myEpoch } = from;
  if (!began) await beginFrom(work, from, keys);
  oweReceipt(work, contactId, receiptOnly);
  await composeQueued(work, contactId);
  const mine = identityOf(work.database, myEpoch);
  if (mine) await compose(work, contactId, { kind: 'profile', profile: myProfile(work, contactId, mine) });
  await giveReserve(work, contactId);
}
