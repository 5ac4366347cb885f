import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import type { Bytes, Envelope, Printable } from '../core/types.ts';
import { backOffMs, isDue, noteHeard, soonMs, stopWaiting, trackOf, type Track } from './track.ts';
import { postEnvelope, whyRefused, type Outcome } from './post.ts';

/** One envelope of the durable queue, and its destination (HOST:PORT). */
export type Parcel = {
  readonly id: number;
  readonly contactId: number;
  readonly address: string;
  readonly slotKey: Bytes;
  readonly envelope: Envelope;
};

/** The reason why a contact is not posted to now: failures in a row, and the time of the next try in ms since 1970. */
export type Away = { readonly attempts: number; readonly nextTryAt: number; readonly reason: Printable };

/** The information that a courier needs, and the reports that it makes. */
export type Errands = {
  /** The oldest waiting parcel of each contact that may be sent to. */
  readonly heads: () => readonly Parcel[];
  /** The parcels that wait behind a head and may go in one request with it, at most `most`; without this function, none. */
  readonly behind?: (head: Parcel, most: number) => readonly Parcel[];
  /** Stores the answer of a listener; when it resolves after `accepted`, the parcel is no longer a head. */
  readonly settle: (parcel: Parcel, outcome: Outcome) => Promise<void>;
  /** Told about every try, before it is settled. */
  readonly tried?: (parcel: Parcel, outcome: Outcome) => void;
  /** Told when the courier begins or goes on to wait for a contact, and with null when the contact answers again or has no parcel. */
  readonly waiting: (contactId: number, away: Away | null) => void;
  readonly post?: typeof postEnvelope;
};

/** Carries the parcels of the durable queue, and never stops trying. */
export type Courier = {
  /**
   * Looks for parcels. The courier goes on waiting for a contact, unless it is `contactId`: something new for that contact is a reason to
   * try at once, but not more than once a second.
   */
  readonly wake: (contactId?: number) => void;
  /** A contact gave a sign of life: the courier tries its waiting parcels, whatever its pause, but not more than once a second. */
  readonly heard: (contactId: number) => void;
  /** Forgets every back-off and tries everything now; a try that has already taken a second is aborted and started again. */
  readonly retryNow: () => void;
  /** Answers when no try is under way and none is due now. */
  readonly idle: () => Promise<void>;
  /** Aborts the tries under way (their parcels stay queued) and answers when nothing runs any more. */
  readonly close: () => Promise<void>;
};

type Route = {
  readonly errands: Errands;
  readonly tracks: Map<number, Track>;
  readonly trips: Set<Promise<void>>;
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
  const idle = async (): Promise<void> => {
    while (route.trips.size > 0) await Promise.all(route.trips);
  };
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
        if (performance.now() - track.triedAt >= limits.retryFirstMs) track.anew?.abort();
      }
      setOut(route);
    },
    idle,
    async close() {
      stop.abort();
      clearTimeout(route.second);
      for (const track of route.tracks.values()) stopWaiting(track);
      await idle();
    },
  };
}

/** Starts every head whose time has come; answers the contacts that have a head. */
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
  if (parcel.id <= track.settledId) return wait(route, parcel.contactId, 'this machine could not note it');
  if (route.trips.size >= limits.postsAtOnce) return;
  stopWaiting(track);
  Object.assign(track, { underWay: true, triedAt: performance.now(), heard: false });
  const trip: Promise<void> = carry(route, parcel, track).finally(() => {
    route.trips.delete(trip);
    goOn(route, parcel.contactId);
  });
  route.trips.add(trip);
}

async function carry(route: Route, parcel: Parcel, track: Track): Promise<void> {
  const { errands } = route;
  const parcels = [parcel, ...behindOf(errands, parcel, track)];
  const outcome = await post(route, parcels, track);
  if (!outcome) return void (track.underWay = false);
  const { count, most } = { count: 1, most: 1, ...(outcome.kind === 'accepted' && outcome) };
  track.takes = { most, at: parcel.address };
  if (parcels.length > 1 && outcome.kind !== 'accepted' && goesAlone(track, parcels.length, outcome))
    return void (track.underWay = false);
  const failure = await noteAll(errands, parcels.slice(0, count), outcome);
  track.underWay = false;
  if (failure === null) arrived(errands, parcels[count - 1] ?? parcel, track);
  else wait(route, parcel.contactId, failure);
}

/**
 * Notes that `sent` parcels did not get through together: the line is narrow, something on the way lets nothing large through, or the
 * listener is not the one that said it takes many. Answers whether the first one is to be posted alone, at once: its answer counts.
 */
function goesAlone(track: Track, sent: number, outcome: Exclude<Outcome, { kind: 'accepted' }>): boolean {
  const isFull = outcome.kind === 'refused' && (outcome.reason === 'full' || outcome.reason === 'disk-full');
  if (!isFull) track.fits = Math.max(1, Math.floor(sent / 4));
  return outcome.kind === 'refused';
}

/** The parcels that go with a head: as many as its place takes, and as have got through. */
function behindOf({ behind }: Errands, head: Parcel, { takes, fits }: Track): readonly Parcel[] {
  const most = takes.at === head.address ? Math.min(takes.most, fits) : 1;
  return (most > 1 && behind?.(head, most - 1)) || [];
}

/** Posts parcels for one place in one request; null when that was broken off to begin anew. */
async function post(
  { errands, stop }: Route,
  parcels: readonly Parcel[],
  track: Track,
): Promise<Outcome | null> {
  const [{ address, slotKey, envelope }, ...others] = parcels as readonly [Parcel, ...Parcel[]];
  track.anew = new AbortController();
  const { signal: anew } = track.anew;
  const signal = AbortSignal.any([stop.signal, anew]);
  const behind = others.map((other) => other.envelope);
  const outcome = await (errands.post ?? postEnvelope)({ address, slotKey, envelope, behind, signal });
  track.anew = undefined;
  if (anew.aborted && outcome.kind === 'unreachable') return null;
  track.brokenOff = false;
  return outcome;
}

async function noteAll(
  errands: Errands,
  parcels: readonly Parcel[],
  outcome: Outcome,
): Promise<string | null> {
  for (const parcel of parcels) {
    errands.tried?.(parcel, outcome);
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
    return error instanceof ChatError ? error.message : 'this machine could not note it';
  }
}

function arrived({ waiting }: Errands, { id, contactId }: Parcel, track: Track): void {
  if (track.told) waiting(contactId, null);
  Object.assign(track, { attempts: 0, told: false, dueAt: 0, settledId: id });
}

/** Puts the contact off. A try before its time changes nothing, but the next one never follows within the shortest pause. */
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
