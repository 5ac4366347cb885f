import type { Bytes } from '../core/types.ts';
import { isPlain, parsePlace } from '../core/place.ts';
import { blanks, lineEnds, links } from '../core/link-text.ts';
import { fromBase64url, sameBytes, toBase64url } from '../core/bytes.ts';
import { concat, u8, utf8 } from './bytes.ts';
import { sha256 } from './digest.ts';
import { importKey } from './import-key.ts';

const scheme = 'cryptochat:';
/** The versions of a link with a plain HOST:PORT, and of one with any other place. */
const versions = { plain: 1, placed: 2 } as const;
const cardFlag = 0x10;
const bodyLength = 51;
/** The letters that a place can end with. */
const lastLetters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'.split('');

/** The content of an invite link: the inviter's identity key (33 bytes), a secret of 16, one place (core/place.ts), and a flag for a card. */
export type Link = {
  readonly identity: Bytes;
  readonly secret: Bytes;
  readonly address: string;
  readonly card: boolean;
};

/** Why a text is not a link: cut or mistyped; whole, but `changed` (its address included) since it was made; of another version. */
export type BadLink = 'malformed' | 'changed' | 'version';

/** Writes an invite link. PROTOCOL.md "Invite link". */
export function encodeLink(link: Link): string {
  const head = concat(
    u8(versionOf(link.address) | (link.card ? cardFlag : 0)),
    link.identity.subarray(1),
    link.secret,
  );
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

/** The version of a link with this place; 0 for an invalid place. */
function versionOf(address: string): number {
  if (isPlain(address)) return versions.plain;
  return parsePlace(address) ? versions.placed : 0;
}

function readBody(body: Bytes, address: string): Link | BadLink {
  const { 0: head = 0, length } = body;
  const card = (head & cardFlag) !== 0;
  const version = head & ~cardFlag;
  const known = Object.values<number>(versions).includes(version);
  if (!isWhole(body, address)) return known && isChanged(body, address) ? 'changed' : 'malformed';
  if (!known) return 'version';
  if (length !== bodyLength || version !== versionOf(address)) return 'malformed';
  const identity = concat(u8(5), body.subarray(1, 33));
  return importKey(identity) ? { identity, secret: body.slice(33, 49), address, card } : 'malformed';
}

/** The check ends the body of every version, so a cut link is not taken for one of a newer program. */
function isWhole(body: Bytes, address: string): boolean {
  return body.length > 2 && sameBytes(body.subarray(-2), check(body.subarray(0, -2), address));
}

/** True if a link has the right length but does not match its place, although no letter is missing at its end. */
function isChanged(body: Bytes, address: string): boolean {
  const isCut = lastLetters.some((letter) => isWhole(body, `${address}${letter}`));
  return body.length === bodyLength && parsePlace(address) !== null && !isCut;
}

function check(head: Uint8Array, address: string): Bytes {
  return sha256(utf8('cryptochat/1 link'), head, utf8(address)).slice(0, 2);
}

const beginning = /cryptochat:/iu;

/**
 * Finds the invite link in a copied text: in one piece or in many lines, quoted, in brackets, with words around it. Returns the reason
 * when there is none: `foreign` when nothing in the text looks like a link. PROTOCOL.md "Invite link".
 */
export function findLink(text: string): Link | BadLink | 'foreign' {
  const joined = text.replaceAll(lineEnds, '');
  const whole = joined.replaceAll(blanks, '');
  // If a blank ends the link, nothing after it can be mistaken for its end.
  const read = [whole, joined].map(readAll);
  const good = read
    .toReversed()
    .flat()
    .filter((link) => typeof link !== 'string');
  if (good[0]) return good[0];
  if (!beginning.test(whole)) return 'foreign';
  return read[0]?.[0] ?? 'malformed';
}

function readAll(text: string): ReadonlyArray<Link | BadLink> {
  return [...text.matchAll(links)].flatMap(([link]) => withShorterEnds(link)).map(decodeLink);
}

/** Other letters may have followed the place after a blank: the check in the link tells where it ends. */
function withShorterEnds(link: string): readonly string[] {
  const shortest = link.lastIndexOf(':') + 2;
  return Array.from({ length: link.length - shortest + 1 }, (_, fewer) => link.slice(0, link.length - fewer));
}
