import { PrivateKey } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { bytes16, concat, isRejected, reject, u8, utf8, type Reader, type Rejected } from './bytes.ts';
import { decodeBundle, type Bundle } from './bundle.ts';
import { importKey } from './import-key.ts';
import { decodeProfile, encodeProfile, type Profile } from './profile.ts';
import { decodeSigned, encodeSigned, type SignedStatement } from './rotate.ts';

const label = utf8('cryptochat/keys/1\0');
/** 200 rotations that a contact has missed; a contact who missed more needs a new link. */
export const mostStatements = 200;

/**
 * The current end of a chain of identity keys, with its own proof, whatever session brings it: how to write to the newest key, the
 * statements that lead there, and a bundle (encoded; empty for none), signed (64 bytes) by that newest key for one reader, because the copy
 * for another reader leads elsewhere. PROTOCOL.md "Rotation".
 */
export type Keys = {
  readonly profile: Profile;
  readonly statements: readonly SignedStatement[];
  readonly bundle: Bytes;
  readonly signature: Bytes;
};

/** Signs keys with the private key (32 bytes) of the newest identity, for a reader's identity key (33 bytes). */
export function signKeys(keys: Omit<Keys, 'signature'>, identityPrivate: Bytes, reader: Bytes): Keys {
  return { ...keys, signature: PrivateKey.deserialize(identityPrivate).sign(signed(keys, reader)) };
}

/** True if keys were signed by an identity key for the reader's key (33 bytes each, imported). */
export function areSignedBy(keys: Keys, identity: Bytes, reader: Bytes): boolean {
  return importKey(identity)?.verify(signed(keys, reader), keys.signature) ?? false;
}

/** The bundle in keys whose signature has been checked; null when there is none. */
export function bundleIn(keys: Keys, identity: Bytes): Bundle | Rejected | null {
  if (keys.bundle.length === 0) return null;
  const bundle = decodeBundle(keys.bundle, identity);
  return !isRejected(bundle) && bundle.epoch !== keys.profile.epoch ? { rejected: 'bundle epoch' } : bundle;
}

function signed({ profile, bundle }: Omit<Keys, 'signature'>, reader: Bytes): Bytes {
  return concat(label, reader, encodeProfile(profile), bytes16(bundle));
}

/** Writes keys. */
export function encodeKeys({ profile, statements, bundle, signature }: Keys): Bytes {
  return concat(
    encodeProfile(profile),
    u8(statements.length),
    ...statements.map(encodeSigned),
    bytes16(bundle),
    signature,
  );
}

/** Reads keys inside a parse; statements, bundle and signature are checked later, against the contact. */
export function decodeKeys(reader: Reader): Keys {
  const profile = decodeProfile(reader);
  const count = reader.u8();
  if (count > mostStatements) reject('statement count');
  const statements = Array.from({ length: count }, () => decodeSigned(reader));
  return { profile, statements, bundle: reader.bytes16(), signature: reader.take(64) };
}
