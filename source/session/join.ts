import { randomBytes } from 'node:crypto';
import { ChatError } from '../core/errors.ts';
import { checkName } from '../core/names.ts';
import { printableLine } from '../core/printable.ts';
import type { Bytes } from '../core/types.ts';
import { fetchInvite } from '../outbox/post.ts';
import { openBlob } from '../protocol/blob.ts';
import type { Bundle } from '../protocol/bundle.ts';
import { isRejected, sameBytes, toBase64url } from '../protocol/bytes.ts';
import { inviteKeys, joinNonce } from '../protocol/invitation.ts';
import type { InviteKeys } from '../protocol/invitation.ts';
import { decodeLink } from '../protocol/link.ts';
import type { Link } from '../protocol/link.ts';
import { beginSession } from '../protocol/ratchet.ts';
import { findKey, pinKey } from '../store/contact-keys.ts';
import { addContact, contactOf } from '../store/contacts.ts';
import type { Database } from '../store/database.ts';
import { currentIdentity } from '../store/identities.ts';
import { compose } from './compose.ts';
import type { Context, Work } from './context.ts';
import { look, turn } from './context.ts';
import { isSkeletonFree, labelOf, uniqueLabel } from './find-contact.ts';
import { myProfile } from './profile.ts';
import { readsFor, writeChanges } from './ratchet-reads.ts';

/**
 * Adds the maker of a link: fetches the blob, checks it against the identity in the link, begins a session, and queues
 * the hello. After a crash the same link can be joined again. Answers the contact's id. Throws ChatError link-*,
 * peer-unreachable, name-taken.
 */
export async function join(context: Context, ask: { link: string; alias?: string }): Promise<number> {
  const link = parseLink(ask.link);
  const keys = inviteKeys(link.secret, link.identity);
  const alias = ask.alias === undefined ? null : checkName(ask.alias);
  const nonce = await look(context, (database) => {
    checkNew(database, link, alias);
    return joinNonce(currentIdentity(database).privateKey, keys.pickup);
  });
  const bundle = await fetchBundle(link, keys, nonce);
  return turn(context, (work) => {
    checkNew(work.database, link, alias);
    return addInviter(work, { link, keys, bundle, alias });
  });
}

function parseLink(text: string): Link {
  const link = decodeLink(text);
  if (link === 'malformed') throw new ChatError('link-malformed');
  if (link === 'version') throw new ChatError('link-version');
  return link;
}

function checkNew(database: Database, link: Link, alias: string | null): void {
  if (sameBytes(currentIdentity(database).publicKey, link.identity)) throw new ChatError('link-own');
  const known = findKey(database, link.identity);
  if (known) throw new ChatError('link-known', printableLine(labelOf(contactOf(database, known.contactId))));
  if (alias !== null && !isSkeletonFree(database, alias))
    throw new ChatError('name-taken', printableLine(alias));
}

async function fetchBundle(link: Link, keys: InviteKeys, nonce: string): Promise<Bundle> {
  const fetched = await fetchInvite({ address: link.address, pickup: toBase64url(keys.pickup), nonce });
  if (fetched.kind === 'unreachable') throw new ChatError('peer-unreachable', printableLine(link.address));
  if (fetched.kind === 'unknown') throw new ChatError('link-used');
  const bundle = openBlob(fetched.bytes, keys.blob, link.identity);
  if (isRejected(bundle)) throw new ChatError('link-forged');
  return bundle;
}

type Inviter = {
  readonly link: Link;
  readonly keys: InviteKeys;
  readonly bundle: Bundle;
  readonly alias: string | null;
};

async function addInviter(work: Work, inviter: Inviter): Promise<number> {
  const mine = currentIdentity(work.database);
  const { bundle } = inviter;
  const contactId = storeInviter(work, inviter, mine.epoch);
  pinKey(
    work.database,
    { contactId, epoch: bundle.epoch, identity: inviter.link.identity, sealKey: bundle.sealKey },
    work.now,
  );
  const session = { contactId, myEpoch: mine.epoch, theirEpoch: bundle.epoch };
  const reads = readsFor(work, session, inviter.link.identity);
  if (!reads) throw new Error('my identity is gone');
  writeChanges(work, session, await beginSession(reads, bundle));
  const profile = myProfile(work, contactId, mine);
  await compose(work, contactId, { kind: 'hello', proof: inviter.keys.proof, profile });
  work.after.slots = true;
  return contactId;
}

function storeInviter(work: Work, inviter: Inviter, followedEpoch: number): number {
  const { bundle, link, keys, alias } = inviter;
  const label = alias ?? uniqueLabel(work.database, bundle.name);
  const mySlot: Bytes = new Uint8Array(randomBytes(32));
  return addContact(work.database, {
    name: bundle.name,
    alias: label === bundle.name ? null : label,
    state: 'not-compared',
    address: link.address,
    epoch: bundle.epoch,
    statementHash: bundle.chain,
    theirSlot: keys.slot,
    mySlot,
    followedEpoch,
    createdAt: work.now,
  });
}
