import { backOffMs } from '../core/back-off.ts';
import { limits } from '../core/limits.ts';
import { newMemory, type PlaceMemory } from '../net/places.ts';
import { hangUp, type Lines } from './post-parcel.ts';

/** The parcels to one contact, in order; times are of the monotonic clock. */
export type Lane = {
  readonly name: string;
  /** The numbers of the parcels that wait, rising. */
  numbers: readonly number[];
  /** The contact's slot here, once a parcel was read. */
  slot: string;
  /** Failures in a row, which are tries of the first parcel. */
  attempts: number;
  dueAt: number;
  triedAt: number;
  /** Ends the try that is under way. */
  underWay: AbortController | null;
  /** True if the last try was broken off because the contact was heard; the next one has its full time. */
  brokenOff: boolean;
  readonly places: PlaceMemory;
  readonly lines: Lines;
};

/** A lane about which only the name is known. */
export function newLane(name: string): Lane {
  return {
    name,
    numbers: [],
    slot: '',
    attempts: 0,
    dueAt: 0,
    triedAt: -Infinity,
    underWay: null,
    brokenOff: false,
    places: newMemory(),
    lines: new Map(),
  };
}

/** Notes that a contact gave a sign of life, and breaks off a try that may hang because it was not there when the try began. */
export function hear(lane: Lane): void {
  lane.places.failed.clear();
  lane.dueAt = Math.min(lane.dueAt, lane.triedAt + limits.retryFirstMs);
  const hangs = lane.attempts > 0 && performance.now() - lane.triedAt >= limits.retryFirstMs;
  if (!hangs || !lane.underWay || lane.brokenOff) return;
  lane.brokenOff = true;
  lane.underWay.abort();
}

/** Forgets everything learnt about a contact's places, and cuts tries under way. */
export function beginAnew(lane: Lane): void {
  lane.places.failed.clear();
  Object.assign(lane, { attempts: 0, dueAt: 0 });
  lane.underWay?.abort();
  hangUp(lane.lines);
}

/** True if the next parcel of a lane should be posted now. */
export function isDue({ numbers, underWay, dueAt }: Lane): boolean {
  return numbers.length > 0 && underWay === null && dueAt <= performance.now();
}

/** Takes a parcel out of a lane. */
export function passOver(lane: Lane, number: number): void {
  lane.numbers = lane.numbers.filter((one) => one !== number);
}

/** Waits, longer with each failure in a row. */
export function putOff(lane: Lane): void {
  hangUp(lane.lines);
  lane.attempts += 1;
  lane.brokenOff = false;
  lane.dueAt = performance.now() + backOffMs(lane.attempts);
}
