import {
  KEMKeyPair,
  KyberPreKeyRecord,
  PreKeyRecord,
  PrivateKey,
  PublicKey,
  SignedPreKeyRecord,
} from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';

/** A prekey: the part that stays here (`record`, libsignal's form), and the part for a bundle. */
export type MadePreKey = {
  readonly id: number;
  readonly record: Bytes;
  readonly publicKey: Bytes;
};

/** A prekey that the identity key signed (XEdDSA, 64 bytes); one-time prekeys are unsigned. */
type SignedMade = MadePreKey & { readonly signature: Bytes };

/** Makes a one-time prekey. */
export function makeOneTimePreKey(id: number): MadePreKey {
  const key = PrivateKey.generate();
  const record = PreKeyRecord.new(id, key.getPublicKey(), key);
  return {
    id,
    record: new Uint8Array(record.serialize()),
    publicKey: new Uint8Array(key.getPublicKey().serialize()),
  };
}

/** Makes a signed prekey; `now` in ms since 1970. */
export function makeSignedPreKey(id: number, identityPrivate: Bytes, now: number): SignedMade {
  const key = PrivateKey.generate();
  const publicKey = new Uint8Array(key.getPublicKey().serialize());
  const signature = new Uint8Array(PrivateKey.deserialize(identityPrivate).sign(publicKey));
  const record = SignedPreKeyRecord.new(id, now, key.getPublicKey(), key, signature);
  return { id, record: new Uint8Array(record.serialize()), publicKey, signature };
}

/** Makes a Kyber-1024 prekey; `now` in ms since 1970. */
export function makeKyberPreKey(id: number, identityPrivate: Bytes, now: number): SignedMade {
  const pair = KEMKeyPair.generate();
  const publicKey = new Uint8Array(pair.getPublicKey().serialize());
  const signature = new Uint8Array(PrivateKey.deserialize(identityPrivate).sign(publicKey));
  const record = KyberPreKeyRecord.new(id, now, pair, signature);
  return { id, record: new Uint8Array(record.serialize()), publicKey, signature };
}

/** A lasting prekey from the database; `identity` is the public key (33 bytes, imported) that must have signed it. */
type KeptPreKey = {
  readonly kind: string;
  readonly id: number;
  readonly record: Bytes;
  readonly public: Bytes;
  readonly signature: Bytes | null;
};

/** True if a stored prekey is intact: libsignal reads it, it matches its row, and `identity` signed it. */
export function isWholePreKey(kept: KeptPreKey, identity: Bytes): boolean {
  const { kind, id, record, public: publicKey, signature } = kept;
  if (signature === null || (kind !== 'signed' && kind !== 'kyber')) return false;
  try {
    const read =
      kind === 'signed' ? SignedPreKeyRecord.deserialize(record) : KyberPreKeyRecord.deserialize(record);
    const own = Buffer.from(read.publicKey().serialize());
    const isSame =
      read.id() === id && own.equals(publicKey) && Buffer.from(read.signature()).equals(signature);
    return isSame && PublicKey.deserialize(identity).verify(publicKey, signature);
  } catch {
    return false;
  }
}
