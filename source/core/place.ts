import { addressKind, formatAddress, parseAddress, whatHelps, whoReaches, type Address } from './address.ts';
import { isBoxId } from './box-id.ts';
import { limits } from './limits.ts';

/**
 * Where to write to a person: a listener at HOST:PORT, or one behind a reverse proxy, with TLS or under a word of the path; or the
 * person's box at such a listener. A person's address is one place or several, separated by blanks, the best first; empty when nobody
 * can write to them. PROTOCOL.md "Invite link".
 */
export type Place = Address & {
  readonly secure: boolean;
  /** Empty, or one word behind a slash. */
  readonly path: string;
  /** The id of a box there; empty when the listener is the person's own. */
  readonly box: string;
};

const scheme = 'https://';
const shape =
  /^(?<scheme>https:\/\/)?(?<address>[^/]+?)(?<path>\/[A-Za-z\d_-]{1,32})??(?:\/b\/(?<box>[\w-]{22}))?$/u;
/** The first words of our own paths. */
const ours: ReadonlySet<string> = new Set(['/message', '/messages', '/invite', '/box', '/b']);

/** Reads a place; null for anything else. The host keeps its spelling. PROTOCOL.md "Invite link". */
export function parsePlace(text: string): Place | null {
  const { scheme: given, address = '', path = '', box = '' } = shape.exec(text)?.groups ?? {};
  const parsed = parseAddress(address);
  if (!parsed || ours.has(path) || !isBoxOrNone(box)) return null;
  const place = { ...parsed, secure: given !== undefined, path, box };
  return isSecureOnion(place) ? null : place;
}

function isSecureOnion({ secure, host }: Place): boolean {
  return secure && /\.onion$/iu.test(host);
}

function isBoxOrNone(box: string): boolean {
  return box === '' || isBoxId(box);
}

/** Writes a place. */
export function formatPlace({ secure, path, box, ...address }: Place): string {
  return `${secure ? scheme : ''}${formatAddress(address)}${path}${box && `/b/${box}`}`;
}

/** True for a place that is just HOST:PORT. */
export function isPlain(place: string): boolean {
  return parseAddress(place) !== null;
}

/** The places of an address, the best first; none when it is empty. */
export function placesOf(address: string): readonly string[] {
  return address === '' ? [] : address.split(' ');
}

/** True for an address of at least one place, as it is stored and sent to contacts. */
export function isAddress(text: string): boolean {
  const places = placesOf(text);
  const isGood = places.every((place) => parsePlace(place) !== null);
  return (
    isGood && places.length > 0 && places.length <= limits.places && new Set(places).size === places.length
  );
}

/**
 * Reads the address of this home as a person types it: places separated by commas and any blanks, and `onion` for its own onion service;
 * null for anything else.
 */
export function readAddress(words: string): string | null {
  const text = words
    .trim()
    .split(/[\s,]+/u)
    .join(' ');
  return isOwnAddress(text) ? text : null;
}

/** True for the address of this home as it is configured: as isAddress(), but one of the places may be the word `onion`. */
export function isOwnAddress(text: string): boolean {
  return isAddress(withOnion(text, someOnion));
}

/** The word in the setting `address` for the place of this home's own onion service. */
export const onionWord = 'onion';

/** A made-up onion service: any place will do to check the others. */
const someOnion = `${'a'.repeat(56)}.onion:80`;

/** True if a configured address names this home's onion service by the word `onion`. */
export function namesOnion(address: string): boolean {
  return placesOf(address).includes(onionWord);
}

/** True if a configured address is just the word `onion`: others can reach this home in no other way. */
export function isOnionAlone(address: string): boolean {
  return address.trim() === onionWord;
}

/**
 * Where to listen (HOST:PORT) at an address, when the person chose the address and kept the proposed place to listen: on loopback for an
 * onion service alone, because a listener that others can reach tells them whose machine this is.
 */
export function listenFor(
  address: string,
  proposed: { readonly address: string; readonly listen: string },
): string {
  const bound = bindingOf(proposed.listen);
  if (!bound || bound.host === '') return proposed.listen;
  if (isOnionAlone(address) && addressKind(bound.host) !== 'loopback')
    return formatAddress({ ...bound, host: '127.0.0.1' });
  // It was on loopback because of an onion service.
  if (isOnionAlone(proposed.address) && placesOf(address).some(isOpenPlace))
    return formatAddress({ ...bound, host: '::' });
  return proposed.listen;
}

function isOpenPlace(place: string): boolean {
  const parsed = parseAddress(place);
  return parsed !== null && !['loopback', 'onion'].includes(addressKind(parsed.host));
}

/** A configured address with the word `onion` replaced by this home's onion service, or left out when that is null. */
export function withOnion(address: string, onion: string | null): string {
  const places = placesOf(address).flatMap((place) => (place === onionWord ? (onion ?? []) : place));
  return places.join(' ');
}

/** An address with the places of a person's boxes behind those of the person's own listener; at least one of the boxes is in it. */
export function withBoxes(address: string, boxes: readonly string[]): string {
  const own = placesOf(address).filter((place) => !boxes.includes(place));
  const most = limits.places - Math.min(1, boxes.length);
  return [...own.slice(0, most), ...boxes].slice(0, limits.places).join(' ');
}

/** The place of an address for a link: the first that everybody can try, or else the first. */
export function bestPlace(address: string): string | undefined {
  const places = placesOf(address);
  return places.find((place) => whoReachesAt(place) === null) ?? places[0];
}

/**
 * Where a listener is to be bound, from the setting `listen`: nowhere (an empty host, port 0) when it is empty; null for an invalid one.
 */
export function bindingOf(listen: string): Address | null {
  return listen === '' ? { host: '', port: 0 } : parseAddress(listen);
}

/**
 * The place to post to for a box at our own listener, which can be reached directly from here; null for any other place. `address` is
 * our own, `listen` the setting.
 */
export function placeHere(
  place: string,
  { listen, address }: Record<'listen' | 'address', string>,
): string | null {
  const [box, bound] = [boxHere(place, address), bindingOf(listen)];
  const host = here[bound?.host ?? ''];
  if (box === null || !bound || host === undefined) return null;
  return formatPlace({ host, port: bound.port, secure: false, path: '', box });
}

/** The id of the box that a place names, if it lies at a place of our own `address`; else null. */
export function boxHere(place: string, address: string): string | null {
  const parsed = parsePlace(place);
  if (!parsed?.box) return null;
  return placesOf(address).includes(formatPlace({ ...parsed, box: '' })) ? parsed.box : null;
}

/**
 * Where to find a listener from this machine, given its bind address; `::` is also bound to IPv4. Another address may belong to a
 * different machine by now.
 */
const here: Readonly<Record<string, string>> = {
  '::': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '127.0.0.1': '127.0.0.1',
  '::1': '::1',
};

/** The first place of an address that is a plain HOST:PORT, for readers that know no other form; or empty. */
export function plainOf(address: string): string {
  return placesOf(address).find(isPlain) ?? '';
}

/**
 * Says in a sentence who cannot use an address, judged by its best place; null when everybody can try one of its places. Makes no lookup.
 */
export function whoReachesAt(address: string): string | null {
  const [best = whoReaches(''), ...others] = placesOf(address).map((place) => {
    if (place === onionWord) return 'Only people with Tor can reach your onion service.';
    const parsed = parsePlace(place);
    return whoReaches(parsed ? formatAddress(parsed) : '');
  });
  return others.includes(null) ? null : best;
}

/** The same for the place in a link. */
export function whoReachesBy(link: string): string | null {
  return whoReachesAt(link.slice(link.indexOf('@') + 1));
}

/** The same for an invite link, with the remedy, which is for its maker and not for a maker of box links. */
export function whoJoinsBy(link: string): string | null {
  const kept = whoReachesBy(link);
  return kept === null ? null : `${kept} ${whatHelps.short}`;
}
