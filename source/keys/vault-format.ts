import { limits } from '../core/limits.ts';
import { fromBase64url, toBase64url } from '../core/bytes.ts';
import type { Bytes } from '../core/types.ts';

/** A database key that a passphrase unwraps: salt 16 bytes, nonce 12, wrapped 48. */
export type Locked = {
  readonly kdf: 'scrypt';
  readonly salt: Bytes;
  readonly nonce: Bytes;
  readonly wrapped: Bytes;
};

/** The content of keys/vault.json; without a passphrase, the key (32 bytes) itself. */
export type Vault = Locked | { readonly kdf: 'none'; readonly key: Bytes };

/** The only allowed parameters: another n would mean that an attacker planted a weaker vault. */
export const vaultKdf = { n: limits.vaultScryptN, r: 8, p: 1 } as const;

/** Writes keys/vault.json. PROTOCOL.md "Folders on disk". */
export function formatVault(vault: Vault): string {
  const fields =
    vault.kdf === 'none'
      ? { kdf: vault.kdf, key: toBase64url(vault.key) }
      : {
          kdf: vault.kdf,
          ...vaultKdf,
          salt: toBase64url(vault.salt),
          nonce: toBase64url(vault.nonce),
          wrapped: toBase64url(vault.wrapped),
        };
  return `${JSON.stringify({ version: 1, ...fields })}\n`;
}

/** Reads keys/vault.json; null for anything that formatVault() would not write. */
export function parseVault(text: string): Vault | null {
  const fields = parseObject(text);
  if (fields?.['version'] !== 1) return null;
  if (fields['kdf'] === 'none') return parseOpen(fields);
  return fields['kdf'] === 'scrypt' ? parseLocked(fields) : null;
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function parseOpen(fields: Fields): Vault | null {
  const key = decode(fields['key'], 32);
  return key && Object.keys(fields).length === 3 ? { kdf: 'none', key } : null;
}

function parseLocked(fields: Fields): Vault | null {
  const { n, r, p } = vaultKdf;
  if (fields['n'] !== n || fields['r'] !== r || fields['p'] !== p) return null;
  const salt = decode(fields['salt'], 16);
  const nonce = decode(fields['nonce'], 12);
  const wrapped = decode(fields['wrapped'], 48);
  const whole = salt && nonce && wrapped && Object.keys(fields).length === 8;
  return whole ? { kdf: 'scrypt', salt, nonce, wrapped } : null;
}

/** Canonical base64url of exactly `length` bytes. */
function decode(text: unknown, length: number): Bytes | null {
  const bytes = typeof text === 'string' ? fromBase64url(text) : null;
  return bytes?.length === length ? bytes : null;
}
