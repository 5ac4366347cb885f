import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Bytes } from '../core/types.ts';
import { isRejected } from '../protocol/bytes.ts';
import { decodeContent } from '../protocol/content.ts';
import type { Content } from '../protocol/content.ts';
import type { Inner } from '../protocol/envelope.ts';
import type { Profile } from '../protocol/profile.ts';
import { ratchetDecrypt } from '../protocol/ratchet.ts';
import type { Opened } from '../protocol/ratchet.ts';
import { findKey, pinKey } from '../store/contact-keys.ts';
import { addContact, changeContact, contactOf } from '../store/contacts.ts';
import type { ContactKey } from '../store/contact-keys.ts';
import { currentIdentity, identityOf } from '../store/identities.ts';
import { removeInvite } from '../store/invites.ts';
import type { Invite } from '../store/invites.ts';
import { retireSlot } from '../store/old-slots.ts';
import { markSeen } from '../store/sessions.ts';
import { apply } from './apply.ts';
import { compose } from './compose.ts';
import { composeQueued } from './compose-queued.ts';
import type { Work } from './context.ts';
import { uniqueLabel } from './find-contact.ts';
import { myProfile } from './profile.ts';
import { readsFor, readsForStranger, writeChanges } from './ratchet-reads.ts';
import { giveReserve } from './reserve.ts';
import { composeRotates } from './rotation.ts';

type Knock = { readonly inner: Inner; readonly myEpoch: number; readonly hash: Bytes };
type Hello = Content & {
  readonly body: { readonly kind: 'hello'; readonly proof: Bytes; readonly profile: Profile };
};

/**
 * What comes through the slot of an open invite must be a hello that proves to hold the link, in a new session. Then
 * the invite is used up, its sender is a contact, and a profile goes back. Answers false for anything else.
 */
export async function acceptHello(work: Work, invite: Invite, knock: Knock): Promise<boolean> {
  const known = findKey(work.database, knock.inner.sender);
  const opened = await decryptKnock(work, known, knock);
  const hello = opened && readHello(opened, invite);
  if (opened?.kind !== 'opened' || !hello || !mayEnter(work, known, hello)) return false;
  const from = known ?? addSender(work, hello.body.profile, knock);
  const { contactId } = from;
  writeChanges(work, { contactId, myEpoch: knock.myEpoch, theirEpoch: from.epoch }, opened.changes);
  markSeen(work.database, { hash: knock.hash, contactId, at: work.now });
  endInvite(work, invite, contactId);
  await apply(work, { ...from, myEpoch: knock.myEpoch }, hello);
  changeContact(work.database, contactId, { lastHeardAt: work.now, lastActivityAt: work.now });
  await composeQueued(work, contactId);
  await composeProfile(work, contactId, knock.myEpoch);
  await giveReserve(work, contactId);
  // A contact was told of every key since it is one.
  if (!known && knock.myEpoch < currentIdentity(work.database).epoch)
    await composeRotates(work, contactId, knock.myEpoch);
  return true;
}

function decryptKnock(work: Work, known: ContactKey | null, knock: Knock): Promise<Opened> | null {
  const { inner, myEpoch } = knock;
  const reads = known
    ? readsFor(work, { contactId: known.contactId, myEpoch, theirEpoch: known.epoch }, inner.sender)
    : readsForStranger(work, myEpoch, inner.sender);
  return reads && ratchetDecrypt(reads, inner);
}

/** A contact may come again through a new link (a lost session heals so), but not with a retired key, nor when blocked. */
function mayEnter(work: Work, known: ContactKey | null, hello: Hello): boolean {
  if (!known) return true;
  if (known.retiredAt !== null || known.epoch !== hello.body.profile.epoch) return false;
  return contactOf(work.database, known.contactId).state !== 'blocked';
}

async function composeProfile(work: Work, contactId: number, myEpoch: number): Promise<void> {
  const identity = identityOf(work.database, myEpoch);
  if (identity)
    await compose(work, contactId, { kind: 'profile', profile: myProfile(work, contactId, identity) });
}

function readHello(opened: Opened, invite: Invite): Hello | null {
  if (opened.kind !== 'opened') return null;
  const content = decodeContent(opened.plaintext);
  if (isRejected(content) || content.body.kind !== 'hello') return null;
  return timingSafeEqual(content.body.proof, invite.proof) ? { ...content, body: content.body } : null;
}

function addSender(work: Work, profile: Profile, knock: Knock): ContactKey {
  const label = uniqueLabel(work.database, profile.name);
  const contactId = addContact(work.database, {
    name: profile.name,
    alias: label === profile.name ? null : label,
    state: 'not-compared',
    address: profile.address,
    epoch: profile.epoch,
    statementHash: profile.chain,
    theirSlot: profile.slotKey,
    mySlot: new Uint8Array(randomBytes(32)),
    followedEpoch: knock.myEpoch,
    createdAt: work.now,
  });
  const key = { contactId, epoch: profile.epoch, identity: knock.inner.sender, sealKey: profile.sealKey };
  pinKey(work.database, key, work.now);
  return { ...key, retiredAt: null, reserve: null };
}

/** The link works once: its blob and its keys go; its slot stays a while for what the joiner sent before our answer. */
function endInvite(work: Work, invite: Invite, contactId: number): void {
  removeInvite(work.database, invite);
  retireSlot(work.database, { slot: invite.slot, contactId, retiredAt: work.now });
  work.withdrawn.add(invite.pickupName);
  work.after.slots = true;
}
