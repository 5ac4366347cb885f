import type { Bytes } from '../core/types.ts';
import { concat, toBase64url, toHex, utf8 } from './bytes.ts';
import { deriveKey, sha256 } from './digest.ts';

/** The first half of a slot key, which all slots of one home share, and the second, which is one slot's own. PROTOCOL.md §8. */
export const gateBytes = 16;

/** The four keys that come from one invite secret, 32 bytes each. PROTOCOL.md "Invite link". */
export type InviteKeys = {
  readonly pickup: Bytes;
  readonly blob: Bytes;
  readonly slot: Bytes;
  readonly proof: Bytes;
};

/** Derives the keys of an invite from its secret and the inviter's identity key (33 bytes). */
export function inviteKeys(secret: Bytes, identity: Bytes): InviteKeys {
  const derive = (use: string): Bytes => deriveKey(secret, identity.slice(1), `cryptochat/1 invite ${use}`);
  // The gate of an invite's slot is zero: who picks up by its name on the open network has nothing to hide of it.
  const slot = concat(new Uint8Array(gateBytes), derive('slot').slice(0, gateBytes));
  return { pickup: derive('pickup'), blob: derive('blob'), slot, proof: derive('proof') };
}

/** Whether a slot key (32 bytes) is that of an invite, and of no contact. */
export function isInviteSlot(slotKey: Bytes): boolean {
  return slotKey.subarray(0, gateBytes).every((byte) => byte === 0);
}

/** The name of an invite's blob in inbox/invites/ready: 64 hex digits, which do not tell the pickup token. */
export function pickupName(pickup: Bytes): string {
  return toHex(sha256(pickup));
}

/** The joiner's nonce (22 characters): the same for the same joiner and link, so that a crash can be repeated. */
export function joinNonce(identityPrivate: Bytes, pickup: Bytes): string {
  return toBase64url(deriveKey(identityPrivate, pickup, 'cryptochat/1 nonce').subarray(0, 16));
}

/** The id of a slot in slots.json: 16 hex digits that follow from its key, so that it never changes by itself. */
export function slotId(slotKey: Bytes): string {
  return toHex(sha256(utf8('cryptochat/1 slot'), slotKey).subarray(0, 8));
}
