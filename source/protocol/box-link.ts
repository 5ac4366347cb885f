import type { Bytes } from '../core/types.ts';
import { fromBase64url, sameBytes, toBase64url } from '../core/bytes.ts';
import { parsePlace } from '../core/place.ts';
import { concat, u8, utf8 } from './bytes.ts';
import { sha256 } from './digest.ts';
import type { BadLink } from './link.ts';

const scheme = 'cryptochat-box:';
const version = 1;
const bodyLength = 19;

/** The content of a box link: the secret (16 bytes) of a voucher, and the place of the listener that honours it. */
type BoxLink = { readonly secret: Bytes; readonly place: string };

/** Writes a box link. PROTOCOL.md "Boxes". */
export function encodeBoxLink({ secret, place }: BoxLink): string {
  const head = concat(u8(version), secret);
  return `${scheme}${toBase64url(concat(head, check(head, place)))}@${place}`;
}

/** Reads a box link. PROTOCOL.md "Boxes". */
export function decodeBoxLink(text: string): BoxLink | BadLink {
  const [, letters = '', place = ''] = /^cryptochat-box:([\w-]+)@(\S+)$/iu.exec(text.trim()) ?? [];
  const body = fromBase64url(letters);
  return body && body.length > 2 ? readBody(body, place) : 'malformed';
}

function readBody(body: Bytes, place: string): BoxLink | BadLink {
  const isThis = body.length === bodyLength && body[0] === version && isHost(place);
  if (!isWhole(body, place)) return isThis && !isCut(body, place) ? 'changed' : 'malformed';
  if (body[0] !== version) return 'version';
  return isThis ? { secret: body.slice(1, 17), place } : 'malformed';
}

/** A box is at a listener, never at another box. */
function isHost(place: string): boolean {
  return parsePlace(place)?.box === '';
}

function isWhole(body: Bytes, place: string): boolean {
  return sameBytes(body.subarray(-2), check(body.subarray(0, -2), place));
}

/** The letters that a place can end with. */
const lastLetters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'.split('');

function isCut(body: Bytes, place: string): boolean {
  return lastLetters.some((letter) => isWhole(body, `${place}${letter}`));
}

function check(head: Uint8Array, place: string): Bytes {
  return sha256(utf8('cryptochat/1 box link'), head, utf8(place)).slice(0, 2);
}
