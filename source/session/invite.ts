import { randomBytes } from 'node:crypto';
import { formatAddress, parseAddress } from '../core/address.ts';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import { sealBlob } from '../protocol/blob.ts';
import { inviteKeys, pickupName } from '../protocol/invitation.ts';
import { encodeLink } from '../protocol/link.ts';
import { currentIdentity, identityOf } from '../store/identities.ts';
import { addInvite, openInvites, removeInvite } from '../store/invites.ts';
import type { Context, Work } from './context.ts';
import { turn } from './context.ts';
import { makeBundle } from './make-bundle.ts';

/**
 * Makes a single-use link: keys for one session, sealed under the link's secret, and a slot for the joiner. The link
 * answers only once everything behind it is on the disk. Throws ChatError address-bad or invites-many.
 */
export async function invite(
  context: Context,
  address = context.config.address,
): Promise<{ readonly link: string }> {
  const parsed = parseAddress(address);
  if (!parsed) throw new ChatError('address-bad', printableLine(address) || 'an empty address');
  const link = await turn(context, (work) => makeLink(work, formatAddress(parsed)));
  return { link };
}

function makeLink(work: Work, address: string): string {
  expireInvites(work);
  if (openInvites(work.database).length >= limits.openInvites) throw new ChatError('invites-many');
  const identity = currentIdentity(work.database);
  const secret = new Uint8Array(randomBytes(16));
  const keys = inviteKeys(secret, identity.publicKey);
  const bundle = makeBundle(work, identity);
  const blob = sealBlob(bundle, identity.privateKey, keys.blob);
  addInvite(work.database, {
    pickupName: pickupName(keys.pickup),
    slot: keys.slot,
    proof: keys.proof,
    epoch: identity.epoch,
    blob,
    oneTimeId: bundle.oneTime?.id ?? 0,
    kyberId: bundle.kyberPreKeyId,
    createdAt: work.now,
  });
  work.after.offered.push({ name: pickupName(keys.pickup), blob });
  work.after.slots = true;
  return encodeLink({ identity: identity.publicKey, secret, address });
}

/** Removes invites that are past their life, or whose identity key is gone, inside a transaction. */
export function expireInvites(work: Work): void {
  for (const old of openInvites(work.database)) {
    const young = old.createdAt >= work.now - limits.inviteLifeMs;
    if (young && identityOf(work.database, old.epoch)) continue;
    removeInvite(work.database, old);
    work.withdrawn.add(old.pickupName);
    work.after.slots = true;
  }
}
