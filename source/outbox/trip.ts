import { addressKind } from '../core/address.ts';
import { limits } from '../core/limits.ts';
import { parsePlace, placesOf } from '../core/place.ts';
import { goesThrough } from '../core/way-out.ts';
import type { Bytes, Envelope } from '../core/types.ts';
import { unreachable } from './exchange.ts';
import { noteFailed, noteGood, placesToTry } from '../net/places.ts';
import { postEnvelope, whyRefused, type Accepted, type Outcome, type Refusal } from './post.ts';
import type { Track } from './track.ts';

/** One envelope of the durable queue, and its destination: the places of an address (core/place.ts). */
export type Parcel = {
  readonly id: number;
  readonly contactId: number;
  readonly address: string;
  readonly slotKey: Bytes;
  readonly envelope: Envelope;
};

/** The means of a trip, and the callbacks for each try. */
export type Trips = {
  /** The parcels that wait behind a head and may go in one request with it, at most `most`; without this function, none. */
  readonly behind?: (head: Parcel, most: number) => readonly Parcel[];
  /** Called for every try at every place; for a taken parcel, right before it is settled. */
  readonly tried?: (parcel: Parcel, outcome: Outcome) => void;
  readonly post?: typeof postEnvelope;
  /** The ways out (core/way-out.ts): everything uses them, or nothing goes out. Empty for a direct connection. */
  readonly proxy?: string;
  /** The place to post to instead, on this machine and through no proxy, for a box at our own listener; else null. */
  readonly here?: (place: string) => string | null;
};

/** The outcome of a trip, and its parcels: the taken ones, or the head. */
export type Trip = { readonly parcels: readonly Parcel[]; readonly outcome: Outcome };

type Going = { readonly track: Track; readonly stop: AbortSignal };
type At = Going & { readonly place: string; readonly isLast: boolean };
type Failed = Exclude<Outcome, Accepted>;

/**
 * Tries the places of a contact in turn until one has taken the head and the parcels that go with it; null when the trip should restart
 * at once.
 */
export async function tryPlaces(trips: Trips, head: Parcel, going: Going): Promise<Trip | null> {
  const { track, stop } = going;
  const failures: Failed[] = [];
  const places = placesToTry(head.address, track.places, goesThrough(trips.proxy ?? ''));
  for (const place of places) {
    if (stop.aborted) break;
    const at = { ...going, place, isLast: place === places.at(-1) };
    const parcels = [head, ...behindOf(trips, head, at)];
    const outcome = await post(trips, parcels, at);
    if (!outcome) return null;
    if (outcome.kind === 'accepted') return arrive(parcels, at, outcome);
    // It has to say again how many it takes.
    if (track.takes.at === place) track.takes = { most: 1, at: place };
    if (parcels.length > 1 && goesAlone(track, parcels.length, outcome)) return null;
    noteFailed(track.places, place);
    failures.push(outcome);
    trips.tried?.(head, outcome);
  }
  return { parcels: [head], outcome: worstOf(failures, placesOf(head.address).length) };
}

function arrive(parcels: readonly Parcel[], { track, place }: At, outcome: Accepted): Trip {
  const { count, most } = { count: 1, most: 1, ...outcome };
  track.takes = { most, at: place };
  noteGood(track.places, place);
  return { parcels: parcels.slice(0, count), outcome };
}

/**
 * The most telling failure: a listener that says it is full is there; one that does not know us may be another person's while another of
 * the `count` places is silent, or was left out because it was silent a while ago.
 */
function worstOf(failures: readonly Failed[], count: number): Failed {
  const ranks = failures.map((failed) => (failed.kind === 'unreachable' ? 2 : refusalRanks[failed.reason]));
  const worst = failures[ranks.indexOf(Math.max(...ranks))] ?? unreachable('no usable address');
  const isUnknown = worst.kind === 'refused' && worst.reason === 'unknown';
  return isUnknown && failures.length < count ? unreachable(whyRefused.unknown) : worst;
}

const refusalRanks: Readonly<Record<Refusal, number>> = { full: 4, 'disk-full': 4, bad: 3, unknown: 1 };

/**
 * Notes that `sent` parcels did not get through together: the line is narrow, something in between blocks large bodies, or the listener
 * is not the one that said it takes many. Returns whether to post the first one alone, at once: its answer counts.
 */
function goesAlone(track: Track, sent: number, outcome: Failed): boolean {
  const isFull = outcome.kind === 'refused' && (outcome.reason === 'full' || outcome.reason === 'disk-full');
  if (!isFull) track.fits = Math.max(1, Math.floor(sent / 4));
  return outcome.kind === 'refused';
}

/** The parcels to send with a head: as many as its place takes and as have got through before. */
function behindOf({ behind }: Trips, head: Parcel, { track: { takes, fits }, place }: At): readonly Parcel[] {
  const most = takes.at === place ? Math.min(takes.most, fits) : 1;
  return (most > 1 && behind?.(head, most - 1)) || [];
}

/** The limit while other places are left; an onion service gets its full time even then. */
const hurried = { connectMs: limits.placeConnectMs, wholeMs: limits.postTimeoutMs };

function isOnion(place: string): boolean {
  return addressKind(parsePlace(place)?.host ?? '') === 'onion';
}

/** Posts parcels to one place in one request; null when it was broken off in order to restart. */
async function post(
  trips: Trips,
  parcels: readonly Parcel[],
  { track, stop, place, isLast }: At,
): Promise<Outcome | null> {
  const [{ slotKey, envelope }, ...others] = parcels as readonly [Parcel, ...Parcel[]];
  track.anew = new AbortController();
  const { signal: anew } = track.anew;
  const signal = AbortSignal.any([stop, anew]);
  const behind = others.map((other) => other.envelope);
  const patience = isLast || isOnion(place) ? undefined : hurried;
  const { post: carry = postEnvelope } = trips;
  const here = trips.here?.(place) ?? null;
  const to = here === null ? { place, proxy: trips.proxy } : { place: here };
  const outcome = await carry({ ...to, slotKey, envelope, behind, signal, patience });
  track.anew = undefined;
  if (anew.aborted && outcome.kind === 'unreachable') return null;
  track.brokenOff = false;
  return outcome;
}
