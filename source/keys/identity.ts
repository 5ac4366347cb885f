import { randomInt } from 'node:crypto';
import { PrivateKey } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';

/** A key pair: public 33 bytes, private 32. Used for identity keys and, separately, for seal keys. */
export type KeyPair = { readonly publicKey: Bytes; readonly privateKey: Bytes };

/** Makes a new Curve25519 key pair. */
export function makeKeyPair(): KeyPair {
  return pairOf(PrivateKey.generate());
}

/** The key pair of any 32 bytes as a private key; the private key in the pair is clamped. RFC 7748 §5. */
export function keyPairOf(privateKey: Bytes): KeyPair {
  return pairOf(PrivateKey.deserialize(privateKey));
}

function pairOf(key: PrivateKey): KeyPair {
  return {
    publicKey: new Uint8Array(key.getPublicKey().serialize()),
    privateKey: new Uint8Array(key.serialize()),
  };
}

/** Makes a registration id: 1 to 16380, as libsignal's own clients do. */
export function makeRegistrationId(): number {
  return randomInt(1, 16_381);
}
