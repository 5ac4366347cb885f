import type { Bytes } from './types.ts';

/** True if two byte strings are equal; not for secrets. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** base64url without padding, RFC 4648 §5. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** The bytes of canonical base64url, or null; another spelling of the same bytes gives null too. */
export function fromBase64url(text: string): Bytes | null {
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
  return toBase64url(bytes) === text ? bytes : null;
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** The bytes of an even number of hex digits. */
export function fromHex(text: string): Bytes {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
