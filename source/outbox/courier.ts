import { backOffMs } from '../core/back-off.ts';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import type { Printable } from '../core/types.ts';
import { isDue, noteHeard, soonMs, stopWaiting, trackOf, type Track } from './track.ts';
import { whyRefused, type Outcome } from './post.ts';
import { tryPlaces, type Parcel, type Trips } from './trip.ts';

/** The reason why a contact is not posted to now: failures in a row, and the time of the next try in ms since 1970. */
export type Away = { readonly attempts: number; readonly nextTryAt: number; readonly reason: Printable };

/** The queue that a courier reads, and the reports that it makes. */
export type Errands = Trips & {
  /** The oldest waiting parcel of each contact that may be sent to. */
  readonly heads: () => readonly Parcel[];
  /** Stores the answer of a listener; when it resolves after `accepted`, the parcel is no longer a head. */
  readonly settle: (parcel: Parcel, outcome: Outcome) => Promise<void>;
  /** Called when the courier begins or continues to wait for a contact, and with null when the contact answers again or has no parcel. */
  readonly waiting: (contactId: number, away: Away | null) => void;
};

/** Carries the parcels of the durable queue, and never stops trying. */
export type Courier = {
  /**
   * Looks for parcels. The courier keeps waiting for a contact, unless it is `contactId`: new mail for that contact is a reason to try
   * at once, but at most once a second.
   */
  readonly wake: (contactId?: number) => void;
  /** A contact gave a sign of life: the courier tries its waiting parcels, whatever its pause, but at most once a second. */
  readonly heard: (contactId: number) => void;
  /** Forgets every back-off and tries everything now; a try that has already taken a second is aborted and started again. */
  readonly retryNow: () => void;
  /** Resolves when the tries under way have ended, and those that followed them; it does not wait for one that comes after a failure. */
  readonly idle: () => Promise<void>;
  /** Aborts the tries under way (their parcels stay queued) and resolves when none is left. */
  readonly close: () => Promise<void>;
};

/** One try; `isAgain` if the last one failed. */
type Trip = { readonly done: Promise<void>; readonly isAgain: boolean };

type Route = {
  readonly errands: Errands;
  readonly tracks: Map<number, Track>;
  readonly trips: Set<Trip>;
  readonly stop: AbortController;
  second: NodeJS.Timeout | undefined;
};

/**
 * Makes a courier. It carries parcels to one contact one at a time and in order, to different contacts at the same time. A parcel stays a
 * head until its 202 was settled; after anything else the same bytes go out again, 1 s to 5 min later.
 */
export function createCourier(errands: Errands): Courier {
  const stop = new AbortController();
  const route: Route = { errands, tracks: new Map(), trips: new Set(), stop, second: undefined };
  return {
    wake: (contactId) => void setOut(route, contactId),
    heard(contactId) {
      const track = route.tracks.get(contactId);
      if (track) noteHeard(track);
      setOut(route);
    },
    retryNow() {
      for (const track of route.tracks.values()) {
        Object.assign(track, { attempts: 0, dueAt: 0 });
        track.places.failed.clear();
        if (performance.now() - track.triedAt >= limits.retryFirstMs) track.anew?.abort();
      }
      setOut(route);
    },
    async idle() {
      for (let trips: readonly Trip[] = [...route.trips]; trips.length > 0; trips = firstOf(route.trips))
        await allOf(trips);
    },
    async close() {
      stop.abort();
      clearTimeout(route.second);
      for (const track of route.tracks.values()) stopWaiting(track);
      while (route.trips.size > 0) await allOf([...route.trips]);
    },
  };
}

async function allOf(trips: readonly Trip[]): Promise<void> {
  await Promise.all(trips.map(({ done }) => done));
}

/** With many contacts who are away, one of them is tried again at any time. */
function firstOf(trips: ReadonlySet<Trip>): readonly Trip[] {
  return [...trips].filter(({ isAgain }) => !isAgain);
}

/** Starts every head whose time has come; returns the contacts that have a head. */
function setOut(route: Route, wanted?: number): ReadonlySet<number> {
  const seen = new Set<number>();
  if (route.stop.signal.aborted) return seen;
  for (const parcel of route.errands.heads()) {
    seen.add(parcel.contactId);
    const track = trackOf(route.tracks, parcel.contactId);
    if (track.underWay) continue;
    if (isDue(track, parcel.contactId === wanted)) begin(route, parcel, track);
    else if (track.heard) setOutSoon(route, track);
  }
  return seen;
}

/** Sets out at the end of the second in which the contact was tried last. */
function setOutSoon(route: Route, track: Track): void {
  track.soon ??= setTimeout(() => {
    track.soon = undefined;
    setOut(route);
  }, soonMs(track));
}

function begin(route: Route, parcel: Parcel, track: Track): void {
  if (parcel.id <= track.settledId) return wait(route, parcel.contactId, 'this machine could not save it');
  if (route.trips.size >= limits.postsAtOnce) return;
  stopWaiting(track);
  Object.assign(track, { underWay: true, triedAt: performance.now(), heard: false });
  const isAgain = track.attempts > 0;
  const done = carry(route, parcel, track).finally(() => {
    route.trips.delete(trip);
    goOn(route, parcel.contactId);
  });
  const trip: Trip = { done, isAgain };
  route.trips.add(trip);
}

async function carry(route: Route, parcel: Parcel, track: Track): Promise<void> {
  const { errands, stop } = route;
  const trip = await tryPlaces(errands, parcel, { track, stop: stop.signal });
  const failure = trip && (await noteAll(errands, trip.parcels, trip.outcome));
  track.underWay = false;
  if (!trip) return;
  if (failure === null) arrived(errands, trip.parcels.at(-1) ?? parcel, track);
  else wait(route, parcel.contactId, failure);
}

async function noteAll(
  errands: Errands,
  parcels: readonly Parcel[],
  outcome: Outcome,
): Promise<string | null> {
  for (const parcel of parcels) {
    if (outcome.kind === 'accepted') errands.tried?.(parcel, outcome);
    const failure = await note(errands, parcel, outcome);
    if (failure !== null) return failure;
  }
  return null;
}

/** The reason why the parcel is not done, or null when it is. */
async function note(errands: Errands, parcel: Parcel, outcome: Outcome): Promise<string | null> {
  if (outcome.kind === 'unreachable') return outcome.reason;
  try {
    await errands.settle(parcel, outcome);
    return outcome.kind === 'accepted' ? null : whyRefused[outcome.reason];
  } catch (error) {
    // The peer has it, but we could not note that: the same bytes go out again, and the peer sees a repeat.
    return error instanceof ChatError ? error.message : 'this machine could not save it';
  }
}

function arrived({ waiting }: Errands, { id, contactId }: Parcel, track: Track): void {
  if (track.told) waiting(contactId, null);
  Object.assign(track, { attempts: 0, told: false, dueAt: 0, settledId: id });
}

/** Postpones the contact. A try before its time changes nothing, but the next one never follows within the shortest pause. */
function wait(route: Route, contactId: number, reason: string): void {
  if (route.stop.signal.aborted) return;
  const track = trackOf(route.tracks, contactId);
  const now = performance.now();
  if (track.dueAt <= now) {
    track.attempts += 1;
    track.dueAt = now + backOffMs(track.attempts);
  }
  track.dueAt = Math.max(track.dueAt, now + backOffMs(1, 0));
  track.settledId = -Infinity;
  track.told = true;
  clearTimeout(track.timer);
  track.timer = setTimeout(() => {
    track.dueAt = 0;
    goOn(route, contactId);
  }, track.dueAt - now);
  const away = { attempts: track.attempts, nextTryAt: Date.now() + track.dueAt - now };
  route.errands.waiting(contactId, { ...away, reason: printableLine(reason, 60) });
}

/** Sets out again. Heads may be hidden for a moment by a transaction, so a contact without one gets a second look. */
function goOn(route: Route, contactId: number): void {
  if (setOut(route).has(contactId) || route.stop.signal.aborted) return;
  route.second ??= setTimeout(() => {
    route.second = undefined;
    forget(route, setOut(route));
  }, limits.retryFirstMs);
}

/** Forgets contacts that have no parcels and that the courier does not wait for. */
function forget(route: Route, seen: ReadonlySet<number>): void {
  const now = performance.now();
  for (const [contactId, track] of route.tracks) {
    if (seen.has(contactId) || track.underWay || track.dueAt > now) continue;
    if (track.told) route.errands.waiting(contactId, null);
    stopWaiting(track);
    route.tracks.delete(contactId);
  }
}
