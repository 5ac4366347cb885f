import { limits } from '../core/limits.ts';
import { newMemory, type PlaceMemory } from '../net/places.ts';

/** The known facts about one contact; times are of the monotonic clock. */
export type Track = {
  underWay: boolean;
  /** Failures in a row. */
  attempts: number;
  /** True if `waiting` was called about the failures. */
  told: boolean;
  /** No try before this time. */
  dueAt: number;
  triedAt: number;
  /** The parcel that was settled last: if it is still a head, it must not be posted without a pause. -Infinity for none. */
  settledId: number;
  timer: NodeJS.Timeout | undefined;
  /** True if the contact was heard since the last try began: then it is tried as soon as a second has passed since. */
  heard: boolean;
  /** Set if the contact was heard within that second: fires at the end of it. */
  soon: NodeJS.Timeout | undefined;
  /** True if the last try was aborted because the contact was heard; the next try has its full time. */
  brokenOff: boolean;
  readonly places: PlaceMemory;
  /** How many envelopes the listener at a place takes in one request, as its last 202 said. */
  takes: { readonly most: number; readonly at: string };
  /** The most that got through from here: after a failed batch, a quarter of it. */
  fits: number;
  /** Aborts the current try to let a new one begin at once. */
  anew: AbortController | undefined;
};

/** The track of a contact, begun if nothing is known about the contact yet. */
export function trackOf(tracks: Map<number, Track>, contactId: number): Track {
  const track = tracks.get(contactId) ?? newTrack();
  tracks.set(contactId, track);
  return track;
}

/** The track of a contact that was never tried. */
export function newTrack(): Track {
  return { ...untried, places: newMemory() };
}

const untried: Omit<Track, 'places'> = {
  underWay: false,
  attempts: 0,
  told: false,
  dueAt: 0,
  triedAt: -Infinity,
  settledId: -Infinity,
  timer: undefined,
  heard: false,
  soon: undefined,
  brokenOff: false,
  takes: { most: 1, at: '' },
  fits: limits.batchEnvelopes,
  anew: undefined,
};

/** True if the contact may be tried now; `wanted` allows a try before its time, but not twice in a second. */
export function isDue(track: Track, wanted: boolean): boolean {
  const now = performance.now();
  return track.dueAt <= now || ((wanted || track.heard) && now - track.triedAt >= limits.retryFirstMs);
}

/** The time until the end of the second in which the contact was tried last, in ms; 0 when it has passed. */
export function soonMs({ triedAt }: Track): number {
  return Math.max(0, triedAt + limits.retryFirstMs - performance.now());
}

/** Notes that the contact gave a sign of life, and aborts a try that may hang because the contact was not there when it began. */
export function noteHeard(track: Track): void {
  track.heard = true;
  track.places.failed.clear();
  const hangs = track.attempts > 0 && performance.now() - track.triedAt >= limits.retryFirstMs;
  if (!hangs || !track.anew || track.brokenOff) return;
  track.brokenOff = true;
  track.anew.abort();
}

/** Clears the timers of a track. */
export function stopWaiting(track: Track): void {
  clearTimeout(track.timer);
  clearTimeout(track.soon);
  track.soon = undefined;
}
