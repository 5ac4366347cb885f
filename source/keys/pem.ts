import { join } from 'node:path';
import type { Bytes } from '../core/types.ts';
import { ensureFile } from '../disk/files.ts';

/** SubjectPublicKeyInfo of id-X25519 (1.3.101.110) up to the key itself. RFC 8410 §4. */
const x25519 = Buffer.from('302a300506032b656e032100', 'hex');

/** The SPKI PEM of an X25519 public key, given as its 32 bytes of u. RFC 8410, RFC 7468. */
export function publicKeyPem(u: Bytes): string {
  const der = Buffer.concat([x25519, u]);
  return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

/** Replaces keys/identity.public.pem, the copy for people and tools, unless it has this content already. */
export async function writePublicKeyPem(folder: string, pem: string): Promise<void> {
  await ensureFile(join(folder, 'identity.public.pem'), pem);
}
