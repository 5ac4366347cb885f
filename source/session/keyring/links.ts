import { randomBytes } from 'node:crypto';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { bestPlace, parsePlace } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { sealBlob } from '../../protocol/blob.ts';
import type { Bundle } from '../../protocol/bundle.ts';
import { pickupName } from '../../core/request.ts';
import { inviteKeys } from '../../protocol/invitation.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { addInvite, closeInvite, keptInvites, removeInvite, type Invite } from '../../store/invites.ts';
import type { Context, Work } from '../work/work.ts';
import { refuseRevoked } from './revoked.ts';

/** The place in the link of a person who can only be reached by hand: RFC 2606 keeps the name for nobody. */
const noPlace = 'by-hand.invalid:1';

/** The options of a new link: another place than the configured one, or to be carried by hand. */
export type LinkAsk = { readonly address?: string | undefined; readonly byHand?: boolean | undefined };

/** The place that a link carries: the one that was asked for, or the best one of mine. Throws ChatError address-bad, address-none. */
export function linkPlace({ config }: Pick<Context, 'config'>, { address: asked, byHand }: LinkAsk): string {
  const best = bestPlace(config.address) ?? (byHand ? noPlace : '');
  if (asked === undefined && best === '') throw new ChatError('address-none');
  const place = asked ?? best;
  if (!parsePlace(place)) throw new ChatError('address-bad', printableLine(place) || 'nothing');
  return place;
}

/**
 * Stores the data behind a new link of the current identity, and has its blob put out for pickup; returns the link's secret. Throws
 * ChatError home-revoked.
 */
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
    voucher: keys.voucher,
  });
  work.after.offered.push({ name, blob, card });
  work.after.slots = true;
  return secret;
}

/**
 * Closes links that are past their life, and removes those whose identity key is gone, inside a transaction. With the names of the links
 * that were picked up (`taken`, read after they were closed) it removes closed links that nobody has: anyone who has one joined in time,
 * and may come in for half a year.
 */
export function expireInvites(work: Work, taken?: ReadonlySet<string>): void {
  for (const link of keptInvites(work.database)) {
    if (!identityOf(work.database, link.epoch) || isOver(work, link, taken)) withdraw(work, link);
    else if (link.closed === 0 && isPast(work, link, limits.inviteLifeMs)) close(work, link);
  }
}

function isOver(work: Work, link: Invite, taken: ReadonlySet<string> | undefined): boolean {
  const isNobodys = taken !== undefined && !taken.has(link.pickupName);
  return link.closed === 1 && (isNobodys || isPast(work, link, limits.neededKeyLifeMs));
}

function isPast({ now }: Work, { cardSecret, createdAt }: Invite, lifeMs: number): boolean {
  return cardSecret === null && createdAt < now - lifeMs;
}

/** Closes a link; a person who picked it up before can still join. */
export function close(work: Work, link: Invite): void {
  closeInvite(work.database, link.id);
  work.withdrawn.add(link.pickupName);
}

/** Ends a link: deletes the data behind it, here and in the inbox. */
export function withdraw(work: Work, link: Invite): void {
  removeInvite(work.database, link);
  work.withdrawn.add(link.pickupName);
  work.after.slots = true;
}
