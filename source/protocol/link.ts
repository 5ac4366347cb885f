import type { Bytes } from '../core/types.ts';
import { parseAddress } from '../core/address.ts';
import { concat, fromBase64url, sameBytes, toBase64url, u8, utf8 } from './bytes.ts';
import { sha256 } from './digest.ts';
import { importKey } from './import-key.ts';

const scheme = 'cryptochat:';
const version = 1;
const bodyLength = 51;

/** What an invite link holds: the inviter's identity key (33 bytes), a secret of 16, and HOST:PORT. */
export type Link = { readonly identity: Bytes; readonly secret: Bytes; readonly address: string };

/** Writes an invite link. PROTOCOL.md "Invite link". */
export function encodeLink(link: Link): string {
  const head = concat(u8(version), link.identity.subarray(1), link.secret);
  return `${scheme}${toBase64url(concat(head, check(head, link.address)))}@${link.address}`;
}

/** Reads an invite link; `malformed` is a cut, mistyped or changed one, `version` one of another version. */
export function decodeLink(text: string): Link | 'malformed' | 'version' {
  const trimmed = text.trim();
  if (!trimmed.toLowerCase().startsWith(scheme)) return 'malformed';
  const at = trimmed.indexOf('@');
  if (at < 0) return 'malformed';
  const body = fromBase64url(trimmed.slice(scheme.length, at));
  const address = trimmed.slice(at + 1);
  if (!body || !isWhole(body, address)) return 'malformed';
  if (body[0] !== version) return 'version';
  if (body.length !== bodyLength || !parseAddress(address)) return 'malformed';
  const identity = concat(u8(5), body.subarray(1, 33));
  return importKey(identity) ? { identity, secret: body.slice(33, 49), address } : 'malformed';
}

/** The check ends the body of every version: a cut link is not taken for one of a newer program. */
function isWhole(body: Bytes, address: string): boolean {
  return body.length > 2 && sameBytes(body.subarray(-2), check(body.subarray(0, -2), address));
}

function check(head: Uint8Array, address: string): Bytes {
  return sha256(utf8('cryptochat/1 link'), head, utf8(address)).slice(0, 2);
}
