import { BlockList, isIPv6 } from 'node:net';
import { addressKind } from '../core/address.ts';
import { limits } from '../core/limits.ts';
import { parsePlace, placesOf } from '../core/place.ts';
import { interfacesHere } from './interfaces.ts';

/** The knowledge of one contact's places; times are of the monotonic clock. */
export type PlaceMemory = {
  /** The place that answered last; empty for none. */
  last: string;
  /** The failures in a row of each place, and the time until which it is passed over. */
  readonly failed: Map<string, { readonly count: number; readonly until: number }>;
};

/** The memory for a contact that was never tried. */
export function newMemory(): PlaceMemory {
  return { last: '', failed: new Map() };
}

/**
 * The places of an address to try now, in order: the one that answered last, then the others in their order, with places in a private
 * network that this machine is not in, or that a proxy would have to be in, last. Leaves out places that failed lately, unless all did.
 * PROTOCOL.md "Listener".
 */
export function placesToTry(address: string, memory: PlaceMemory, isProxied = false): readonly string[] {
  const all = placesOf(address);
  if (all.length < 2) return all;
  const now = performance.now();
  const rested = all.filter((place) => (memory.failed.get(place)?.until ?? 0) <= now);
  const from = rested.length > 0 ? rested : all;
  const isOwn = isProxied ? () => false : ownNetworks();
  const rank = (place: string): number => (place === memory.last ? 0 : isFar(place, isOwn) ? 2 : 1);
  return from.toSorted((one, other) => rank(one) - rank(other));
}

/** Notes that a place answered correctly. */
export function noteGood(memory: PlaceMemory, place: string): void {
  memory.last = place;
  memory.failed.delete(place);
}

/** Notes that a place did not. */
export function noteFailed(memory: PlaceMemory, place: string): void {
  const count = (memory.failed.get(place)?.count ?? 0) + 1;
  const rest = Math.min(limits.placeRestMs * 2 ** (count - 1), limits.placeRestMostMs);
  memory.failed.set(place, { count, until: performance.now() + rest });
}

type IsOwn = (host: string) => boolean;

/** A place in a private network may belong to another machine in ours, so others come first. */
function isFar(place: string, isOwn: IsOwn): boolean {
  const host = parsePlace(place)?.host ?? '';
  const kind = addressKind(host);
  if (kind === 'loopback') return true;
  return (kind === 'private' || kind === 'shared' || kind === 'link-local') && !isOwn(host);
}

/** Tells whether an interface of this machine is in the network of a numeric host. */
function ownNetworks(): IsOwn {
  const networks = new BlockList();
  for (const { cidr, family, internal } of interfacesHere()) {
    const [network = '', bits = ''] = cidr?.split('/') ?? [];
    if (!internal && network !== '') networks.addSubnet(network, Number(bits), familyOf(family === 'IPv6'));
  }
  return (host) => networks.check(host, familyOf(isIPv6(host)));
}

function familyOf(isSix: boolean): 'ipv4' | 'ipv6' {
  return isSix ? 'ipv6' : 'ipv4';
}
