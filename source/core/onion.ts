import { createHash } from 'node:crypto';
import { publicKeyOf } from './box.ts';
import type { Bytes } from './types.ts';

// The name of this home's onion service, and the key behind it. PROTOCOL.md "Onion service"; Tor's rend-spec-v3.

/** The port of an onion service. */
export const onionPort = 80;

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const version = 3;
const checksumBytes = 2;
const secretHead = '== ed25519v1-secret: type0 ==';

/** The place of the onion service whose key this seed (32 bytes) makes: NAME.onion:80. */
export function onionPlace(seed: Uint8Array): string {
  return `${onionName(publicKeyOf(seed))}:${onionPort}`;
}

/** The name of the onion service with this Ed25519 public key (32 bytes): 56 characters and `.onion`. rend-spec-v3 §6. */
export function onionName(publicKey: Uint8Array): string {
  const checksum = createHash('sha3-256')
    .update('.onion checksum')
    .update(publicKey)
    .update(Buffer.of(version));
  const bytes = Buffer.concat([publicKey, checksum.digest().subarray(0, checksumBytes), Buffer.of(version)]);
  return `${base32(bytes)}.onion`;
}

/** The file hs_ed25519_secret_key (96 bytes) in which Tor keeps the key that this seed (32 bytes) makes, expanded as in RFC 8032 §5.1.5. */
export function onionKeyFile(seed: Uint8Array): Bytes {
  const expanded = createHash('sha512').update(seed).digest();
  expanded.writeUInt8(expanded.readUInt8(0) & 0xf8, 0);
  expanded.writeUInt8((expanded.readUInt8(31) & 0x7f) | 0x40, 31);
  const head = Buffer.alloc(32);
  head.write(secretHead, 'latin1');
  return new Uint8Array(Buffer.concat([head, expanded]));
}

/** RFC 4648 §6, in lower case; the 35 bytes of a name need no padding. */
function base32(bytes: Uint8Array): string {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return text;
}
