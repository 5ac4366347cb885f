import type { Bytes } from '../core/types.ts';
import { voucherKeyOf } from '../core/box.ts';
import { toBase64url } from '../core/bytes.ts';
import { gateBytes, gateOf } from '../core/request.ts';
import { concat } from './bytes.ts';
import { hkdf } from './digest.ts';

/** The five keys derived from one invite secret, 32 bytes each. PROTOCOL.md "Invite link". */
export type InviteKeys = {
  readonly pickup: Bytes;
  readonly blob: Bytes;
  readonly slot: Bytes;
  readonly proof: Bytes;
  /** The key of the voucher for a box at the place of the link. */
  readonly voucher: Bytes;
};

/** Derives the keys of an invite from its secret and the inviter's identity key (33 bytes). */
export function inviteKeys(secret: Bytes, identity: Bytes): InviteKeys {
  const derive = (use: string): Bytes => hkdf(secret, identity.slice(1), `cryptochat/1 invite ${use}`);
  // The gate of an invite's slot is zero: a joiner who picks up by its name on the open network has nothing to hide about it.
  const slot = concat(new Uint8Array(gateBytes), derive('slot').slice(0, gateBytes));
  const voucher = voucherKeyOf(derive('box'));
  return { pickup: derive('pickup'), blob: derive('blob'), slot, proof: derive('proof'), voucher };
}

/** True if a slot key (32 bytes) belongs to an invite and not to a contact. */
export function isInviteSlot(slotKey: Bytes): boolean {
  return gateOf(slotKey).every((byte) => byte === 0);
}

/** The joiner's nonce (22 characters): the same for the same joiner and link, so joining can be repeated after a crash. */
export function joinNonce(identityPrivate: Bytes, pickup: Bytes): string {
  return toBase64url(hkdf(identityPrivate, pickup, 'cryptochat/1 nonce').subarray(0, 16));
}
