import { Fingerprint, PublicKey } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { toHex } from '../core/bytes.ts';
import { utf8 } from './bytes.ts';
import { sha256 } from './digest.ts';

const iterations = 5200;
const fingerprintVersion = 2;

/** The fingerprint of an identity key (33 bytes): eight groups of four hex digits. PROTOCOL.md "Keys". */
export function fingerprint(identity: Bytes): string {
  return writeTag(keyTag(identity));
}

/** The 16 bytes that the fingerprint of an identity key (33 bytes) is written from. */
export function keyTag(identity: Bytes): Bytes {
  return sha256(utf8('cryptochat/1 fingerprint'), identity.subarray(1)).slice(0, 16);
}

/** Writes 16 bytes of a fingerprint for a person: eight groups of four hex digits. */
export function writeTag(tag: Bytes): string {
  return toHex(tag)
    .toUpperCase()
    .replace(/(.{4})(?=.)/gu, '$1 ');
}

/** The digits of one identity key (33 bytes): 30, one half of every safety number with it. About 6 ms. PROTOCOL.md "Keys". */
export function keyDigits(identity: Bytes): string {
  return safetyNumber(identity, identity).slice(0, 30);
}

/** The 60 digits of two identity keys (33 bytes), the same on both sides: the digits of each, the smaller ones first. About 6 ms. */
export function safetyNumber(mine: Bytes, theirs: Bytes): string {
  return Fingerprint.new(
    iterations,
    fingerprintVersion,
    mine.slice(1),
    PublicKey.deserialize(mine),
    theirs.slice(1),
    PublicKey.deserialize(theirs),
  )
    .displayableFingerprint()
    .toString();
}
