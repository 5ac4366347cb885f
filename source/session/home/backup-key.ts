import { randomBytes } from 'node:crypto';
import type { Bytes } from '../../core/types.ts';
import { deriveKey } from '../../keys/derive-key.ts';
import { vaultKdf } from '../../keys/vault-format.ts';
import { toBase64url } from '../../core/bytes.ts';
import { concat } from '../../protocol/bytes.ts';

/** How many bytes at the beginning of a backup its salt takes. */
export const saltBytes = 16;

/** The key of a backup to come, and its salt, as base64url; takes about 0.4 s. PROTOCOL.md §12. */
export async function makeBackupKey(
  passphrase: string,
): Promise<{ readonly key: string; readonly salt: string }> {
  const salt = new Uint8Array(randomBytes(saltBytes));
  return { key: toBase64url(await deriveKey(passphrase, salt, vaultKdf)), salt: toBase64url(salt) };
}

/** The secret that opens a backup that begins with `salt`: 48 bytes, the key and the salt. PROTOCOL.md §12. */
export async function findBackupKey(passphrase: string, salt: Bytes): Promise<Bytes> {
  return concat(await deriveKey(passphrase, salt, vaultKdf), salt);
}
