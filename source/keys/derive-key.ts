import { scrypt } from 'node:crypto';
import type { Bytes } from '../core/types.ts';

/** The cost of a guess: N, r and p of RFC 7914. */
export type Cost = { readonly n: number; readonly r: number; readonly p: number };

const keyBytes = 32;

/** scrypt over the passphrase in NFC, so one passphrase gives the same key on every keyboard; 32 bytes. RFC 7914. */
export function deriveKey(passphrase: string, salt: Bytes, { n: N, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, keyBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
