import { PrivateKey, PublicKey } from '@signalapp/libsignal-client';
import { toHex } from '../core/bytes.ts';
import type { Bytes } from '../core/types.ts';
import { reject } from './bytes.ts';

const keyLength = 33;
const typeDjb = 5;
let probe: PrivateKey | null = null;

/** Valid keys seen before, in hex: the same few come with every message, and each check costs a multiplication on the curve. */
const good = new Set<string>();
const mostGood = 256;

/**
 * The only way in for a foreign public key (PROTOCOL.md "Conventions"): 33 bytes, type 5, u below the prime, top bit clear, not of small
 * order. libsignal itself accepts other spellings of the same key, and panics on small-order points. Null for anything else.
 */
export function importKey(bytes: Bytes): PublicKey | null {
  if (bytes.length !== keyLength || bytes[0] !== typeDjb || !isReduced(bytes.subarray(1))) return null;
  try {
    const key = PublicKey.deserialize(bytes);
    checkOrder(key, toHex(bytes));
    return key;
  } catch {
    return null;
  }
}

/** Throws for a point of small order. */
function checkOrder(key: PublicKey, name: string): void {
  if (good.has(name)) return;
  probe ??= PrivateKey.generate();
  probe.agree(key);
  if (good.size >= mostGood) good.clear();
  good.add(name);
}

/** Reads the key of a field inside a parse; a bad key is a rejection that names the field. */
export function importField(bytes: Bytes, field: string): Bytes {
  return importKey(bytes) ? bytes : reject(`${field} is no valid key`);
}

function isReduced(u: Uint8Array): boolean {
  const last = u[31] ?? 0xff;
  if (last > 0x7f) return false;
  const looksLikePrime = last === 0x7f && u.subarray(1, 31).every((byte) => byte === 0xff);
  return !(looksLikePrime && (u[0] ?? 0xff) >= 0xed);
}
