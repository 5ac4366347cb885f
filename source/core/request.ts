import { createHash, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { fromBase64url, toBase64url, toHex } from './bytes.ts';
import { limits } from './limits.ts';
import type { Bytes } from './types.ts';

// The rules of a request, shared by both programs: the sender writes it, the listener checks it. PROTOCOL.md §8.

/** The content type of everything that goes over the wire. */
export const envelopeType = 'application/vnd.cryptochat';
/** The path for posting one envelope. */
const messagePath = '/message';

/** A slot key: 32 bytes; or a KeyObject, which makes an HMAC in 3 µs where raw bytes take 18. */
type SlotSecret = Uint8Array | KeyObject;

/** The first half of a slot key, which all slots of one home share; the second half belongs to one slot. */
export const gateBytes = 16;
const macBytes = 16;

/** True if a text is the nonce of a request: 16 bytes in base64url. */
export function isNonce(text: string | undefined): text is string {
  return fromText(text)?.length === 16;
}

/** The path of an invite, by its pickup key in base64url (43 characters). */
export function invitePath(pickup: string): string {
  return `/invite/${pickup}`;
}

/** The path for posting this many envelopes of one size in one body. */
export function postPath(count: number): string {
  return count === 1 ? messagePath : `/messages/${count}`;
}

/** A path without its first word, which a reverse proxy may leave in it. PROTOCOL.md §8. */
export function withoutWord(path: string): string {
  return path.replace(/^\/[A-Za-z\d_-]{1,32}(?=\/(?:message$|messages\/|invite\/|b\/|box$))/, '');
}

/** How many envelopes are posted to a path, at most `limits.batchEnvelopes`; null for any other path. */
export function countIn(path: string): number | null {
  if (path === messagePath) return 1;
  const count = Number(/^\/messages\/([1-9]\d?)$/.exec(path)?.[1]);
  return count > 1 && count <= limits.batchEnvelopes ? count : null;
}

/** The 32 bytes of the pickup key in a path; null for any other path. */
export function pickupIn(path: string): Bytes | null {
  return fromText(/^\/invite\/([\w-]{43})$/.exec(path)?.[1]);
}

/** The value of content-digest for a body. RFC 9530. */
export function digestOf(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** The first half of a slot key: the listener unmasks a tag with it. */
export function gateOf(slotKey: Uint8Array): Uint8Array {
  return slotKey.subarray(0, gateBytes);
}

/** The id of a slot in slots.json: the 16 hex digits of its tag, so the id depends on the slot's key alone and changes only with it. */
export function slotId(slotKey: Uint8Array): string {
  return toHex(tagOf(slotKey));
}

/** The name of an invite's blob in inbox/invites: 64 hex digits, which do not reveal the pickup key (32 bytes). */
export function pickupName(pickup: Uint8Array): string {
  return createHash('sha256').update(pickup).digest('hex');
}

/** The tag of a slot, 8 bytes: a request names the slot by it, under a mask. */
function tagOf(slotKey: Uint8Array): Bytes {
  return new Uint8Array(
    createHash('sha256').update('cryptochat/1 slot').update(slotKey).digest().subarray(0, 8),
  );
}

/** The signed parts of a POST: its path, its nonce, and the content-digest header, as texts. */
export type Post = { readonly path: string; readonly nonce: string; readonly digest: string };

/**
 * `v1.NONCE.TAG.MAC`: the tag names a slot to a reader that knows its gate; the MAC covers the action of the request and the bytes of
 * its body.
 */
export function authorise(slotKey: Uint8Array, post: Post): string {
  const tag = masked(gateOf(slotKey), post.nonce, tagOf(slotKey));
  return `v1.${post.nonce}.${toBase64url(tag)}.${toBase64url(postMac(slotKey, post))}`;
}

/** The parts of an x-cc-auth: its nonce as text, the masked tag, and the MAC. */
export type Auth = { readonly nonce: string; readonly tag: Bytes; readonly told: Bytes };

/** Reads an x-cc-auth; null for anything else, and for a second spelling. */
export function parseAuth(text = ''): Auth | null {
  const [, nonce, tag, told] = /^v1\.([\w-]{22})\.([\w-]{11})\.([\w-]{22})$/.exec(text) ?? [];
  const [maskedTag, mark] = [fromText(tag), fromText(told)];
  return isNonce(nonce) && maskedTag && mark ? { nonce, tag: maskedTag, told: mark } : null;
}

/** A tag under the mask of a gate, or one without it: masking twice gives the tag back. */
export function masked(gate: SlotSecret, nonce: string, tag: Bytes): Bytes {
  const mask = mac(gate, `slot|${nonce}`);
  return tag.map((byte, at) => byte ^ (mask[at] ?? 0));
}

/** The MAC of a POST under a slot's key, 16 bytes. */
export function postMac(key: SlotSecret, { path, nonce, digest }: Post): Bytes {
  return mac(key, `POST|${path}|${nonce}|${digest}`);
}

/**
 * The proof that envelopes were stored, the value of x-cc-kept: 22 characters for a request with one; with more, the number stored from
 * the front, a dot, and 22 characters.
 */
export function keptProof(key: SlotSecret, { path, nonce, digest }: Post, stored: number): string {
  if (path === messagePath) return toBase64url(mac(key, `202|${nonce}|${digest}`));
  return `${stored}.${toBase64url(mac(key, `202|${stored}|${nonce}|${digest}`))}`;
}

/** The proof that a link is over, from the listener that had it: the value of x-cc-gone, 22 characters. */
export function goneProof(key: SlotSecret, nonce: string): string {
  return toBase64url(mac(key, `404|${nonce}`));
}

/** True if two marks are equal; the time does not reveal where they differ. */
export function isSameMark(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The first 16 bytes of an HMAC. */
function mac(key: SlotSecret, text: string): Bytes {
  return new Uint8Array(createHmac('sha256', key).update(text).digest().subarray(0, macBytes));
}

/** The bytes of a base64url text, if there is one. */
export function fromText(text: string | undefined): Bytes | null {
  return text ? fromBase64url(text) : null;
}
