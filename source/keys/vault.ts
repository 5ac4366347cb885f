import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import type { Bytes } from '../core/types.ts';
import { createFile, ignoreMissing, readBounded, replaceFile } from '../disk/files.ts';
import { deriveKey } from './derive-key.ts';
import { formatVault, parseVault, vaultKdf, type Locked, type Vault } from './vault-format.ts';

const partName = /^vault\.json\.[\da-f]{12}\.part$/u;
const keyBytes = 32;
const tagBytes = 16;
const aad = Buffer.from('cryptochat/1 vault');

/**
 * Makes keys/vault.json with a new random database key and returns the key (32 bytes). `passphrase` null means none: the key is then
 * unprotected in the file. Throws ChatError home-exists when there is a vault already.
 */
export async function createVault(folder: string, passphrase: string | null): Promise<Bytes> {
  const key = new Uint8Array(randomBytes(keyBytes));
  const text = formatVault(await close(key, passphrase));
  if (!(await createFile(vaultPath(folder), text))) throw new ChatError('home-exists', printableLine(folder));
  return key;
}

/**
 * Returns the database key (32 bytes); takes about 0.4 s and 128 MiB with a passphrase. A passphrase for a vault without one is ignored.
 * Throws ChatError passphrase-needed, passphrase-wrong, vault-damaged.
 */
export async function openVault(folder: string, passphrase: string | null): Promise<Bytes> {
  await sweepParts(folder);
  const vault = await readVault(folder);
  if (vault.kdf === 'none') return vault.key;
  if (passphrase === null) throw new ChatError('passphrase-needed');
  return unwrap(vault, passphrase);
}

/** True if the vault is locked with a passphrase. Throws ChatError vault-damaged. */
export async function vaultHasPassphrase(folder: string): Promise<boolean> {
  return (await readVault(folder)).kdf === 'scrypt';
}

/** Locks the same database key with another passphrase, or with none. Throws the errors of openVault(). */
export async function changePassphrase(
  folder: string,
  before: string | null,
  after: string | null,
): Promise<void> {
  const key = await openVault(folder, before);
  await replaceFile(vaultPath(folder), formatVault(await close(key, after)));
}

/** A crash may have left a vault that never took effect, and that may contain the unprotected key. */
async function sweepParts(folder: string): Promise<void> {
  const before = Date.now() - limits.vaultPartLifeMs;
  for (const name of await readdir(folder)) {
    if (!partName.test(name)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    if (found && found.mtimeMs < before) await rm(path, { force: true });
  }
}

function vaultPath(folder: string): string {
  return join(folder, 'vault.json');
}

async function readVault(folder: string): Promise<Vault> {
  const vault = parseVault(await readText(vaultPath(folder)));
  if (!vault) throw new ChatError('vault-damaged');
  return vault;
}

/** The file's text; empty when the file is missing, is not a regular file, or is longer than any vault. */
async function readText(path: string): Promise<string> {
  const bytes = await readBounded(path, limits.vaultFileBytes).catch(ignoreMissing);
  return bytes?.toString('utf8') ?? '';
}

async function close(key: Bytes, passphrase: string | null): Promise<Vault> {
  return passphrase === null ? { kdf: 'none', key } : wrap(key, passphrase);
}

async function wrap(key: Bytes, passphrase: string): Promise<Locked> {
  const salt = new Uint8Array(randomBytes(16));
  const nonce = new Uint8Array(randomBytes(12));
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt, vaultKdf), nonce).setAAD(
    aad,
  );
  const wrapped = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  return { kdf: 'scrypt', salt, nonce, wrapped: new Uint8Array(wrapped) };
}

async function unwrap({ salt, nonce, wrapped }: Locked, passphrase: string): Promise<Bytes> {
  const options = { authTagLength: tagBytes };
  const decipher = createDecipheriv(
    'aes-256-gcm',
    await deriveKey(passphrase, salt, vaultKdf),
    nonce,
    options,
  );
  decipher.setAAD(aad).setAuthTag(wrapped.subarray(keyBytes));
  try {
    return new Uint8Array(Buffer.concat([decipher.update(wrapped.subarray(0, keyBytes)), decipher.final()]));
  } catch {
    throw new ChatError('passphrase-wrong');
  }
}
