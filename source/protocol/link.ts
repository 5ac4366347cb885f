import type { Bytes } from '../core/types.ts';
import { parseAddress } from '../core/address.ts';
import { fromBase64url, sameBytes, toBase64url } from '../core/bytes.ts';
import { concat, u8, utf8 } from './bytes.ts';
import { sha256 } from './digest.ts';
import { importKey } from './import-key.ts';

const scheme = 'cryptochat:';
const version = 1;
const cardFlag = 0x10;
const bodyLength = 51;

/** The content of an invite link: the inviter's identity key (33 bytes), a secret of 16, HOST:PORT, and a flag for a card. */
export type Link = {
  readonly identity: Bytes;
  readonly secret: Bytes;
  readonly address: string;
  readonly card: boolean;
};

/** The reason why a text is no link: cut or mistyped; whole, but `changed` (its address included) since it was made; of another version. */
export type BadLink = 'malformed' | 'changed' | 'version';

/** Writes an invite link. PROTOCOL.md "Invite link". */
export function encodeLink(link: Link): string {
  const head = concat(u8(link.card ? version | cardFlag : version), link.identity.subarray(1), link.secret);
  return `${scheme}${toBase64url(concat(head, check(head, link.address)))}@${link.address}`;
}

/** Reads an invite link. PROTOCOL.md "Invite link". */
export function decodeLink(text: string): Link | BadLink {
  const trimmed = text.trim();
  if (!trimmed.toLowerCase().startsWith(scheme)) return 'malformed';
  const at = trimmed.indexOf('@');
  const body = at < 0 ? null : fromBase64url(trimmed.slice(scheme.length, at));
  return body ? readBody(body, trimmed.slice(at + 1)) : 'malformed';
}

function readBody(body: Bytes, address: string): Link | BadLink {
  const card = body[0] === (version | cardFlag);
  const known = card || body[0] === version;
  if (!isWhole(body, address)) return known && isChanged(body, address) ? 'changed' : 'malformed';
  if (!known) return 'version';
  if (body.length !== bodyLength || !parseAddress(address)) return 'malformed';
  const identity = concat(u8(5), body.subarray(1, 33));
  return importKey(identity) ? { identity, secret: body.slice(33, 49), address, card } : 'malformed';
}

/** The check ends the body of every version, so a cut link is not taken for one of a newer program. */
function isWhole(body: Bytes, address: string): boolean {
  return body.length > 2 && sameBytes(body.subarray(-2), check(body.subarray(0, -2), address));
}

/** True if a link has the right length and does not fit its address, although no digit is missing at its end. */
function isChanged(body: Bytes, address: string): boolean {
  const isCut = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].some((digit) => isWhole(body, `${address}${digit}`));
  return body.length === bodyLength && parseAddress(address) !== null && !isCut;
}

function check(head: Uint8Array, address: string): Bytes {
  return sha256(utf8('cryptochat/1 link'), head, utf8(address)).slice(0, 2);
}

/** Line ends that mail and chat put between the letters of a link, plain or quoted-printable, with the marks of a quotation. */
const lineEnds = /=?\r?\n(?:[ \t]*[>|])*/gu;

/** Blanks and invisible characters. */
const blanks = /[\s\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

const links = /cryptochat:[\w-]*@(?:\[[0-9a-f:.]*\]|[a-z0-9.-]+):\d{1,5}/giu;

const beginning = /cryptochat:/iu;

/**
 * Finds the invite link in a text that was copied from somewhere: in one piece or in many lines, quoted, in brackets, with words around it.
 * Answers the reason when there is none: `foreign` when nothing in the text looks like a link. PROTOCOL.md "Invite link".
 */
export function findLink(text: string): Link | BadLink | 'foreign' {
  const whole = text.replaceAll(lineEnds, '').replaceAll(blanks, '');
  const found = [...whole.matchAll(links)].flatMap(([link]) => withShorterPorts(link));
  const read = found.map(decodeLink);
  const good = read.find((link) => typeof link !== 'string');
  if (good) return good;
  if (!beginning.test(whole)) return 'foreign';
  return read[0] ?? 'malformed';
}

/** A number may have followed the port after a blank: the check in the link tells which digits are the port. */
function withShorterPorts(link: string): readonly string[] {
  const digits = link.length - link.lastIndexOf(':') - 1;
  return Array.from({ length: digits }, (_, fewer) => link.slice(0, link.length - fewer));
}
