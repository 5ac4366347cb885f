import { timingSafeEqual } from 'node:crypto';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { decodeContent } from '../../protocol/kinds/content.ts';
import type { Inner } from '../../protocol/envelope.ts';
import type { Profile } from '../../protocol/profile.ts';
import { ratchetDecrypt } from '../../protocol/ratchet.ts';
import { findKey, isBarred, noteNewCount, pinKey, type ContactKey } from '../../store/contact-keys.ts';
import { addContact, changeContact, contactOf, countRequests } from '../../store/contacts.ts';
import { identityOf } from '../../store/identities.ts';
import { addUsedLink, type Invite } from '../../store/invites.ts';
import { retireSlot } from '../../store/old-slots.ts';
import { standingOf, storedAbove } from '../../store/order.ts';
import { endPace } from '../../store/paces.ts';
import { markSeen } from '../../store/sessions.ts';
import { nearOnly } from '../work/allowance.ts';
import { apply, type Came } from './apply.ts';
import { recall } from '../sending/acks.ts';
import type { Readable } from './meet.ts';
import { takeProfile } from '../trust/take-profile.ts';
import { compose, composeQueued } from '../sending/compose.ts';
import { addNotice, unheardTopic, unsay } from '../sending/notice.ts';
import type { Speaker, Work } from '../work/work.ts';
import { labelOf, uniqueLabel } from '../people/find-contact.ts';
import { newSlotKey } from '../work/slots.ts';
import { followTo } from '../trust/follow-keys.ts';
import { longAgo, pinBefore } from '../trust/pin-before.ts';
import { withdraw } from '../keyring/links.ts';
import { myProfile } from '../keyring/profile.ts';
import { readsFor, readsForStranger, writeChanges } from '../work/ratchet-reads.ts';
import { giveReserve } from '../kinds/reserve.ts';
import { nameNewer, tellOwed } from '../trust/tell-owed.ts';

type Knock = { readonly inner: Inner; readonly myEpoch: number; readonly hash: Bytes };
type Hello = Came & { readonly profile: Profile };

/**
 * Accepts a hello through the slot of an open invite: in a new session, it must prove that its sender holds the link. Through a single-use
 * link the sender becomes a contact, and a profile goes back; through the card the sender only asks, and nothing goes back. An existing
 * contact is connected again; one that comes under a key that it has changed is told so. Returns what else it is: a message, or null for
 * what nobody can read. PROTOCOL.md "First contact".
 */
export async function acceptHello(
  work: Work,
  invite: Invite,
  knock: Knock,
): Promise<'accepted' | Readable | null> {
  const found = findKey(work.database, knock.inner.sender);
  const opened = await decryptKnock(work, found, knock);
  const hello = opened && readHello(opened.plaintext, invite);
  if (!hello || isShut(work, { invite, known: found, sender: knock.inner.sender })) return opened;
  const known = found ?? followSender(work, knock.inner.sender, hello.profile);
  if (!mayEnter(work, known, { hello, myEpoch: knock.myEpoch }))
    return (await nameNewer(work, known)) ? 'accepted' : opened;
  await letIn(work, { invite, known }, { knock, hello, opened });
  return 'accepted';
}

type Heard = { readonly knock: Knock; readonly hello: Hello; readonly opened: Readable };

async function letIn(
  work: Work,
  { invite, known }: { readonly invite: Invite; readonly known: ContactKey | null },
  { knock, hello, opened }: Heard,
): Promise<void> {
  const asked = hasAsked(work, known);
  const from = known ?? addSender(work, hello.profile, knock);
  const session = { contactId: from.contactId, myEpoch: knock.myEpoch, theirEpoch: from.epoch };
  writeChanges(work, session, opened.changes);
  markSeen(work.database, { hash: knock.hash, contactId: from.contactId, at: work.now });
  const guest = { from: { ...from, myEpoch: knock.myEpoch }, hello, isNew: !known || asked };
  if (asked && invite.cardSecret) await askAnew(work, guest);
  else await enter(work, invite, { ...guest, isKnown: known !== null });
}

/** A person who asked asks again, perhaps with another address: the answer must go there, and nothing else changes. */
async function askAnew(work: Work, { from, hello }: Guest): Promise<void> {
  takeProfile(work, from, hello.profile);
  await apply(work, from, hello);
  work.owed.delete(from.contactId);
}

/** The contact known under an older key that proves that this key is its successor, or null. */
function followSender(work: Work, sender: Bytes, { statements = [], sealKey }: Profile): ContactKey | null {
  return followTo(work, statements, { newest: sender, sealKey }) && findKey(work.database, sender);
}

type Guest = { readonly from: Speaker; readonly hello: Hello; readonly isNew: boolean };

/** Sends nothing to a new person who used the card, not even a receipt, until the user accepts. */
async function enter(
  work: Work,
  invite: Invite,
  { from, hello, isNew, isKnown }: Guest & { readonly isKnown: boolean },
): Promise<void> {
  const { contactId } = from;
  if (isKnown) {
    if (countsAnew(work, contactId, hello)) noteNewCount(work.database, from);
    connectAnew(work, from, hello.profile);
  }
  const asks = isNew && invite.cardSecret !== null;
  if (asks) changeContact(work.database, contactId, { state: 'requested', request: 'received' });
  if (!invite.cardSecret) endInvite(work, invite, contactId);
  await apply(work, from, hello);
  if (isNew && !asks) addNotice(work, contactId, `${labelWords(work, contactId)} joined with your link`);
  changeContact(work.database, contactId, { lastHeardAt: work.now, lastActivityAt: work.now });
  if (asks) work.owed.delete(contactId);
  else await welcome(work, contactId);
}

function labelWords(work: Work, contactId: number): string {
  return printableLine(labelOf(contactOf(work.database, contactId)));
}

/**
 * Answers a hello: with the keys that came after the one that it was sent to, because everything else goes out under the newest, and with
 * how to write to me.
 */
export async function welcome(work: Work, contactId: number): Promise<void> {
  await tellOwed(work, contactId, 'instead');
  await composeQueued(work, contactId);
  await composeProfile(work, contactId);
  await giveReserve(work, contactId);
}

/** Refuses barred keys, and new requests through the card while too many are open. */
function isShut(
  work: Work,
  { invite, known, sender }: { invite: Invite; known: ContactKey | null; sender: Bytes },
): boolean {
  if (isBarred(work.database, sender)) return true;
  return !known && invite.cardSecret !== null && countRequests(work.database) >= limits.requests;
}

async function decryptKnock(work: Work, known: ContactKey | null, knock: Knock): Promise<Readable | null> {
  const { inner, myEpoch } = knock;
  const reads = known
    ? readsFor(work, { contactId: known.contactId, myEpoch, theirEpoch: known.epoch }, inner.sender)
    : readsForStranger(work, myEpoch, inner.sender);
  const opened = reads && (await ratchetDecrypt(reads, inner, nearOnly));
  return opened?.kind === 'opened' ? opened : null;
}

function hasAsked(work: Work, known: ContactKey | null): boolean {
  return known !== null && contactOf(work.database, known.contactId).request === 'received';
}

/**
 * A contact can come again through a new link, which repairs a lost session, but not under a retired key, not to a key of mine that it no
 * longer uses, and not when blocked.
 */
function mayEnter(
  work: Work,
  known: ContactKey | null,
  { hello, myEpoch }: { readonly hello: Hello; readonly myEpoch: number },
): boolean {
  if (!known) return true;
  if (known.retiredAt !== null || known.epoch !== hello.profile.epoch) return false;
  const { state, namedEpoch } = contactOf(work.database, known.contactId);
  return state !== 'blocked' && myEpoch >= namedEpoch;
}

/**
 * A contact that forgot me counts from 1 again and knows nothing of mine; one that remembers goes on above everything that came. A contact
 * that was never heard has sent nothing before.
 */
function countsAnew({ database }: Work, contactId: number, { content: { id, seq, ack } }: Hello): boolean {
  const { lastHeardAt, storedUpTo, ackedUpTo } = contactOf(database, contactId);
  const standing = standingOf(database, { contactId, id, seq });
  if (lastHeardAt === null || standing === 'repeat' || standing === 'again') return false;
  const isBelow = storedAbove(database, contactId, { from: seq - 1, most: 1 }).length > 0;
  return isBelow || seq <= Math.max(1, storedUpTo) || ack < ackedUpTo;
}

/**
 * Takes back a contact that came with a new session: waiting messages go in that session, and whatever it was given before may be lost. A
 * request between us through a card is settled by the hello.
 */
function connectAnew(work: Work, from: Speaker, profile: Profile): void {
  const { contactId, myEpoch } = from;
  const { state, namedEpoch } = contactOf(work.database, contactId);
  recall(work, contactId);
  endPace(work.database, contactId, 'reset');
  unsay(work, contactId, unheardTopic);
  changeContact(work.database, contactId, {
    request: null,
    reserveGiven: 0,
    followedEpoch: myEpoch,
    namedEpoch: Math.max(namedEpoch, myEpoch),
    stranger: null,
    myReset: null,
    resetDue: null,
    ...(state === 'requested' ? { state: 'not-compared' } : {}),
  });
  work.after.slots = true;
  takeProfile(work, from, profile);
}

async function composeProfile(work: Work, contactId: number): Promise<void> {
  const identity = identityOf(work.database, contactOf(work.database, contactId).followedEpoch);
  if (identity)
    await compose(work, contactId, { kind: 'profile', profile: myProfile(work, contactId, identity) });
}

function readHello(plaintext: Bytes, invite: Invite): Hello | null {
  const content = decodeContent(plaintext);
  if (isRejected(content) || content.body.kind !== 'hello') return null;
  const { proof, profile } = content.body;
  return timingSafeEqual(proof, invite.proof) ? { content, bytes: plaintext, profile, began: true } : null;
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
    mySlot: newSlotKey(work.database),
    followedEpoch: knock.myEpoch,
    createdAt: work.now,
  });
  const key = { contactId, epoch: profile.epoch, identity: knock.inner.sender, sealKey: profile.sealKey };
  pinBefore(work, { ...key, statements: profile.statements });
  pinKey(work.database, key, longAgo);
  return { ...key, retiredAt: null, reserve: null, firstSeq: null };
}

/** The link works once: its blob and its keys go; its slot stays a while for what the joiner sent before our answer. */
function endInvite(work: Work, invite: Invite, contactId: number): void {
  withdraw(work, invite);
  retireSlot(work.database, { slot: invite.slot, contactId, retiredAt: work.now });
  const until = invite.createdAt + limits.inviteLifeMs;
  addUsedLink(work.database, { pickupName: invite.pickupName, slot: invite.slot, contactId, until });
}
