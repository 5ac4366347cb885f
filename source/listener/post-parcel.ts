import { addressKind } from '../core/address.ts';
import { fromText, digestOf, envelopeType, postPath } from '../core/request.ts';
import { sameBytes } from '../core/bytes.ts';
import { limits } from '../core/limits.ts';
import { authOf, checkOf, type Done, type Door, type Parcel } from '../core/parcel.ts';
import { parsePlace, placeHere, type Place } from '../core/place.ts';
import { goesThrough, proxyFor } from '../core/way-out.ts';
import type { CarrySettings } from '../inbox/parcels.ts';
import { noteFailed, noteGood, placesToTry, type PlaceMemory } from '../net/places.ts';
import { askHost, lineTo, type Line } from './ask-host.ts';

/** The connections of one lane, by proxy and place, kept while there is more to post. */
export type Lines = Map<string, Line>;

/** The needs of a trip: known facts about the places, the connections, how to post, and how to stop it. */
type Going = {
  readonly places: PlaceMemory;
  readonly lines: Lines;
  readonly settings: CarrySettings;
  readonly signal: AbortSignal;
};

/** A success: the facts to note besides the number of tries. */
export type Taken = Omit<Done, 'tries'>;

/**
 * Posts a parcel to its places in turn until one of them proves that it has it; null when none does, whatever they answer. Never throws
 * because of them. PROTOCOL.md "Parcels".
 */
export async function postParcel(parcel: Parcel, going: Going): Promise<Taken | null> {
  const address = parcel.doors.map(({ place }) => place).join(' ');
  const places = placesToTry(address, going.places, goesThrough(going.settings.proxy));
  for (const place of places) {
    const door = parcel.doors.find((one) => one.place === place);
    if (!door || going.signal.aborted) break;
    const isLast = place === places.at(-1);
    const taken = await postAt(door, parcel, { ...going, isLast });
    if (taken) noteGood(going.places, place);
    else noteFailed(going.places, place);
    if (taken) return taken;
  }
  return null;
}

/** Ends the connections of a lane. */
export function hangUp(lines: Lines): void {
  for (const { agent } of lines.values()) agent.destroy();
  lines.clear();
}

type At = Going & { readonly isLast: boolean };

/** With a proxy, connect through it or not at all: an invalid one gives no connection. A box that the listener keeps itself is local. */
function lineFor(
  place: Place,
  door: Door,
  { settings: { proxy, listen }, lines, isHere }: At & { readonly isHere: boolean },
): Line | null {
  const way = isHere ? undefined : proxyFor(proxy, place.host);
  if (way === null) return null;
  const key = `${isHere ? listen : proxy} ${isHere} ${door.place}`;
  const line = lines.get(key) ?? lineTo(place, way ?? null);
  lines.set(key, line);
  return line;
}

async function postAt(door: Door, { envelope }: Parcel, at: At): Promise<Taken | null> {
  const here = placeHere(door.place, at.settings);
  const place = parsePlace(here ?? door.place);
  const line = place && lineFor(place, door, { ...at, isHere: here !== null });
  if (!place || !line) return null;
  const answer = await askHost({
    place,
    path: postPath(1),
    headers: {
      'content-type': envelopeType,
      'content-length': String(envelope.length),
      'content-digest': digestOf(envelope),
      'x-cc-auth': authOf(door),
    },
    body: envelope,
    mostBytes: 0,
    ...patienceFor(place.host, at.isLast),
    line,
    signal: at.signal,
  });
  if (answer.kind === 'failed' || answer.status !== 202) return null;
  const told = answer.headers['x-cc-kept'];
  const kept = typeof told === 'string' ? fromText(told) : null;
  if (!kept || !sameBytes(checkOf(kept), door.check)) return null;
  return { at: Date.now(), place: door.place, nonce: door.nonce, kept, head: answer.head };
}

/** A connection gets little time while other places are left; an onion service gets its full time even then. */
function patienceFor(host: string, isLast: boolean): { readonly waitMs: number; readonly connectMs: number } {
  if (addressKind(host) === 'onion')
    return { waitMs: limits.onionTimeoutMs, connectMs: limits.onionConnectTimeoutMs };
  const connectMs = isLast ? limits.postConnectTimeoutMs : limits.placeConnectMs;
  return { waitMs: limits.postTimeoutMs, connectMs };
}
