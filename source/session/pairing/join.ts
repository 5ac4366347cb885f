import { whyUnasked } from '../../core/address.ts';
import { ChatError } from '../../core/errors.ts';
import { checkName } from '../../core/names.ts';
import { parsePlace } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import { isOfProxy } from '../../core/proxy.ts';
import { proxyFor } from '../../core/way-out.ts';
import { isForeign, type Bytes, type Joined, type Printable } from '../../core/types.ts';
import { fetchInvite } from '../../outbox/post.ts';
import { openBlob } from '../../protocol/blob.ts';
import type { Bundle } from '../../protocol/bundle.ts';
import { fromBase64url, sameBytes, toBase64url } from '../../core/bytes.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { inviteKeys, joinNonce, type InviteKeys } from '../../protocol/invitation.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import type { Link } from '../../protocol/link.ts';
import { findKey, isBarred, pinKey, type ContactKey } from '../../store/contact-keys.ts';
import { addContact, changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { currentIdentity } from '../../store/identities.ts';
import { untilTor } from '../home/own-tor.ts';
import { readInTurn, turn, type Context, type Work } from '../work/work.ts';
import { frozenReason, isSkeletonFree, labelOf, uniqueLabel } from '../people/find-contact.ts';
import { tellNewBox } from './boxes.ts';
import { joinAgain } from './join-again.ts';
import { claimLinkBox, moveIn, sayBox } from './link-box.ts';
import { followTo } from '../trust/follow-keys.ts';
import { longAgo, pinBefore } from '../trust/pin-before.ts';
import { refuseRevoked } from '../keyring/revoked.ts';
import { newSlotKey } from '../work/slots.ts';
import { parseLink } from './parse-link.ts';
import { sayHello, type Inviter } from './say-hello.ts';

/**
 * Adds the maker of a link: fetches the blob, checks it against the identity in the link, begins a session, and queues the hello. With
 * an existing contact it connects again. After a crash the same link can be joined again. Throws ChatError link-*,
 * pouch-other, peer-unreachable, peer-foreign, peer-unasked, proxy-failed, name-taken, contact-frozen.
 */
export async function join(
  context: Context,
  ask: { link: string; alias?: string; blob?: string },
): Promise<{ readonly contactId: number; readonly joined: Joined['joined'] }> {
  const link = parseLink(ask.link);
  const keys = inviteKeys(link.secret, link.identity);
  const alias = ask.alias === undefined ? null : checkName(ask.alias);
  const { nonce, label } = await readInTurn(context, (database) => ({
    label: labelOrNull(checkMaker(database, link, alias)),
    nonce: joinNonce(currentIdentity(database).privateKey, keys.pickup),
  }));
  const { proxy } = context.config;
  if (ask.blob === undefined) await untilTor(context, link.address);
  const blob =
    ask.blob === undefined ? await fetchBlob(link, keys, { nonce, label, proxy }) : fromBase64url(ask.blob);
  const bundle = openBlob(blob ?? new Uint8Array(), keys.blob, link.identity);
  if (isRejected(bundle)) throw new ChatError(ask.blob === undefined ? 'link-forged' : 'pouch-other');
  const box =
    ask.blob === undefined ? await claimLinkBox(context, link, keys) : ({ kind: 'unneeded' } as const);
  const met = await turn(context, async (begun) => {
    const known = checkMaker(begun.database, link, alias) ?? followMaker(begun, link, bundle);
    const work = moveIn(begun, context, box);
    const inviter = { link, keys, bundle, alias };
    const contactId = known?.id ?? (await addInviter(work, inviter));
    const joined = known ? await joinAgain(work, known, inviter) : link.card ? 'asked' : 'new';
    sayBox(work, contactId, box);
    return { contactId, joined } as const;
  });
  if (box.kind === 'granted') await tellNewBox(context, box.place);
  return met;
}

/** The contact that the maker of a link is already, or null. Throws ChatError when the link, or its alias, cannot be used here. */
function checkMaker(database: Database, link: Link, alias: string | null): ContactRow | null {
  refuseRevoked({ database });
  if (sameBytes(currentIdentity(database).publicKey, link.identity)) throw new ChatError('link-own');
  const key = findKey(database, link.identity);
  if (alias !== null && !isSkeletonFree(database, alias, key?.contactId))
    throw new ChatError('name-taken', printableLine(alias));
  return key ? checkContact(database, key) : checkStranger(database, link.identity);
}

/** The contact known under an older key that proves in the bundle that the link's key is its successor, or null. */
function followMaker(work: Work, link: Link, { statements = [], sealKey }: Bundle): ContactRow | null {
  const followed = followTo(work, statements, { newest: link.identity, sealKey });
  const key = followed && findKey(work.database, link.identity);
  return key && checkContact(work.database, key);
}

/** A person who was blocked and then forgotten can only return after their key is unblocked. */
function checkStranger(database: Database, identity: Bytes): null {
  if (isBarred(database, identity)) throw new ChatError('link-barred', fingerprint(identity));
  return null;
}

function checkContact(database: Database, key: ContactKey): ContactRow {
  const contact = contactOf(database, key.contactId);
  const name = printableLine(labelOf(contact));
  if (key.epoch !== contact.epoch) throw new ChatError('link-old', name);
  if (contact.state === 'blocked') throw new ChatError('link-blocked', name);
  if (contact.state === 'revoked') throw new ChatError('contact-frozen', frozenReason(contact) ?? '');
  return contact;
}

function labelOrNull(contact: ContactRow | null): Printable | null {
  return contact && printableLine(labelOf(contact));
}

async function fetchBlob(
  link: Link,
  keys: InviteKeys,
  {
    nonce,
    label,
    proxy,
  }: { readonly nonce: string; readonly label: Printable | null; readonly proxy: string },
): Promise<Bytes> {
  const host = parsePlace(link.address)?.host ?? '';
  const unasked = whyUnasked(host, proxyFor(proxy, host) !== undefined);
  if (unasked !== null) throw new ChatError('peer-unasked', unasked);
  const { pickup, slot: slotKey } = keys;
  const ask = { place: link.address, pickup: toBase64url(pickup), nonce, slotKey, proxy };
  const fetched = await fetchInvite(ask);
  if (fetched.kind === 'unreachable') {
    if (isOfProxy(fetched.reason)) throw new ChatError('proxy-failed', fetched.reason);
    const where = printableLine(link.address);
    if (isForeign(fetched.reason)) throw new ChatError('peer-foreign', where);
    throw new ChatError('peer-unreachable', `${where}: ${fetched.reason}`);
  }
  if (fetched.kind !== 'blob') throw unanswered(link, fetched.kind, label);
  return fetched.bytes;
}

/** Blame the link only with a proof: any web server can answer 404. */
function unanswered({ address }: Link, kind: 'gone' | 'unknown', label: Printable | null): ChatError {
  if (kind === 'unknown') return new ChatError('link-unknown', printableLine(address));
  return label === null ? new ChatError('link-used') : new ChatError('link-known', label);
}

async function addInviter(work: Work, inviter: Inviter): Promise<number> {
  const mine = currentIdentity(work.database);
  const { bundle, link } = inviter;
  const contactId = storeInviter(work, inviter, mine.epoch);
  const key = { contactId, epoch: bundle.epoch, identity: link.identity, sealKey: bundle.sealKey };
  pinBefore(work, { ...key, statements: bundle.statements });
  pinKey(work.database, key, longAgo);
  if (link.card) changeContact(work.database, contactId, { request: 'sent' });
  await sayHello(work, contactId, inviter, mine);
  return contactId;
}

function storeInviter(work: Work, inviter: Inviter, followedEpoch: number): number {
  const { bundle, link, keys, alias } = inviter;
  const label = alias ?? uniqueLabel(work.database, bundle.name);
  const mySlot = newSlotKey(work.database);
  return addContact(work.database, {
    name: bundle.name,
    alias: label === bundle.name ? null : label,
    state: link.card ? 'requested' : 'not-compared',
    address: link.address,
    epoch: bundle.epoch,
    statementHash: bundle.chain,
    theirSlot: keys.slot,
    mySlot,
    followedEpoch,
    createdAt: work.now,
  });
}
