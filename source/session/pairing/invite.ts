import { randomBytes } from 'node:crypto';
import { formatAddress, parseAddress } from '../../core/address.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { sealBlob } from '../../protocol/blob.ts';
import type { Bundle } from '../../protocol/bundle.ts';
import { inviteKeys, pickupName } from '../../protocol/invitation.ts';
import { encodeLink } from '../../protocol/link.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { addInvite, openInvites, removeInvite } from '../../store/invites.ts';
import type { Invite } from '../../store/invites.ts';
import type { Context, Work } from '../context.ts';
import { turn } from '../context.ts';
import { linkBundle } from './make-bundle.ts';
import { refuseRevoked } from '../trust/refuse-revoked.ts';

/**
 * Makes a single-use link: keys for one session, sealed under the link's secret, and a slot for the joiner. The link
 * answers only once everything behind it is on the disk. Throws ChatError address-bad or invites-many.
 */
export async function invite(context: Context, address?: string): Promise<{ readonly link: string }> {
  const link = await turn(context, (work) => makeLink(work, linkAddress(context, address)));
  return { link };
}

/** The address that a link carries, as it is written: `asked`, or the configured one. Throws ChatError address-bad. */
export function linkAddress({ config }: Pick<Context, 'config'>, asked = config.address): string {
  const parsed = parseAddress(asked);
  if (!parsed) throw new ChatError('address-bad', printableLine(asked) || 'an empty address');
  return formatAddress(parsed);
}

function makeLink(work: Work, address: string): string {
  expireInvites(work);
  const open = openInvites(work.database).filter((one) => !one.cardSecret);
  if (open.length >= limits.openInvites) throw new ChatError('invites-many');
  const identity = currentIdentity(work.database);
  const secret = layOut(work, linkBundle(work, identity), { card: false });
  return encodeLink({ identity: identity.publicKey, secret, address, card: false });
}

/** Stores what stands behind a new link of the current identity, and has its blob laid out; answers the link's secret. Throws ChatError home-revoked. */
export function layOut(work: Work, bundle: Bundle, { card }: { readonly card: boolean }): Bytes {
  refuseRevoked(work);
  const identity = currentIdentity(work.database);
  const secret = new Uint8Array(randomBytes(16));
  const keys = inviteKeys(secret, identity.publicKey);
  const blob = sealBlob(bundle, identity.privateKey, keys.blob);
  const name = pickupName(keys.pickup);
  addInvite(work.database, {
    pickupName: name,
    slot: keys.slot,
    proof: keys.proof,
    epoch: identity.epoch,
    blob,
    oneTimeId: bundle.oneTime?.id ?? 0,
    kyberId: bundle.kyberPreKeyId,
    createdAt: work.now,
    cardSecret: card ? secret : null,
  });
  work.after.offered.push({ name, blob, card });
  work.after.slots = true;
  return secret;
}

/** Removes links that are past their life, or whose identity key is gone, inside a transaction. */
export function expireInvites(work: Work): void {
  for (const old of openInvites(work.database)) {
    const young = old.cardSecret !== null || old.createdAt >= work.now - limits.inviteLifeMs;
    if (!young || !identityOf(work.database, old.epoch)) withdraw(work, old);
  }
}

/** Ends a link: what stands behind it goes, here and in the inbox. */
export function withdraw(work: Work, link: Invite): void {
  removeInvite(work.database, link);
  work.withdrawn.add(link.pickupName);
  work.after.slots = true;
}
