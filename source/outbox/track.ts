import { limits } from '../core/limits.ts';

/** What is known of one contact; times are of the monotonic clock. */
export type Track = {
  underWay: boolean;
  /** Failures in a row. */
  attempts: number;
  /** Whether `waiting` was told of them. */
  told: boolean;
  /** No try before this. */
  dueAt: number;
  triedAt: number;
  /** The parcel that was settled last: if it is still a head, it must not be posted without a pause. */
  settledId: number | null;
  timer: NodeJS.Timeout | undefined;
  /** Breaks off the try that is under way, so that a new one can begin at once. */
  anew: AbortController | undefined;
};

/** A contact that nothing is known of yet; to be copied. */
export const untried: Track = {
  underWay: false,
  attempts: 0,
  told: false,
  dueAt: 0,
  triedAt: -Infinity,
  settledId: null,
  timer: undefined,
  anew: undefined,
};

/** Whether the contact may be tried now; `wanted` is a reason to try before its time, but not twice in a second. */
export function isDue(track: Track, wanted: boolean): boolean {
  const now = performance.now();
  return track.dueAt <= now || (wanted && now - track.triedAt >= limits.retryFirstMs);
}
