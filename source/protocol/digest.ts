import { hash, hkdfSync } from 'node:crypto';
import type { Bytes } from '../core/types.ts';
import { concat, utf8 } from './bytes.ts';

/** SHA-256 of the joined parts, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const [first] = parts;
  const whole = parts.length === 1 && first ? first : concat(...parts);
  return new Uint8Array(hash('sha256', whole, 'buffer'));
}

/** HKDF-SHA256 (RFC 5869): 32 bytes for one use, named by `use`. */
export function hkdf(secret: Bytes, salt: Bytes, use: string): Bytes {
  return new Uint8Array(hkdfSync('sha256', secret, salt, utf8(use), 32));
}
