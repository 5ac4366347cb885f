import { backOffMs } from '../core/back-off.ts';
import { createBell } from '../core/bell.ts';
import { limits } from '../core/limits.ts';
import type { Done, Parcel } from '../core/parcel.ts';
import { isHeld } from '../inbox/holder.ts';
import {
  createCarryReader,
  type CarrySettings,
  listParcels,
  markDone,
  parcelsVersion,
  readParcel,
} from '../inbox/parcels.ts';
import { newMemory, type PlaceMemory } from '../net/places.ts';
import { hangUp, postParcel, type Lines } from './post-parcel.ts';

/** The carrying of what a client has left to its listener. */
export type Carrying = {
  /** Something came through this slot (16 hex digits): what waits for whoever has it is tried at once, but not more than once a second. */
  readonly heard: (slotId: string) => void;
  /** The machine slept, or is in another network: no connection from before is trusted, and everything is tried at once. */
  readonly moved: () => void;
  /** Breaks off what is under way. */
  readonly close: () => Promise<void>;
};

/** What goes to one contact, one after the other; times are of the monotonic clock. */
type Lane = {
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

type State = {
  readonly inbox: string;
  readonly lanes: Map<string, Lane>;
  /** What was taken and could not be noted yet, by lane and number: it is not posted again while this program runs. */
  readonly unnoted: Map<string, { readonly lane: string; readonly number: number; readonly done: Done }>;
  readonly trips: Set<Promise<void>>;
  /** True if a client had the home at the last look. */
  wasHeld: boolean;
  readonly readSettings: () => Promise<CarrySettings | null>;
  readonly stop: AbortController;
  seen: string;
  seenAt: number;
};

/**
 * Posts the parcels of an inbox while no client has the home: in the order of their numbers for each contact, contacts side by side. Nothing
 * that a contact's machine does ends it, or throws. PROTOCOL.md "Parcels".
 */
export function startCarrying(inbox: string): Carrying {
  const state: State = {
    inbox,
    lanes: new Map(),
    unnoted: new Map(),
    trips: new Set(),
    wasHeld: false,
    readSettings: createCarryReader(inbox),
    stop: new AbortController(),
    seen: '',
    seenAt: -Infinity,
  };
  // The disk of this machine may fail, too.
  const bell = createBell(
    () => look(state, bell.ring),
    () => undefined,
  );
  const timer = setInterval(bell.ring, limits.carryLookMs);
  bell.ring();
  return {
    heard(slotId) {
      for (const lane of state.lanes.values()) if (lane.slot === slotId) hear(lane);
      bell.ring();
    },
    moved() {
      for (const lane of state.lanes.values()) beginAnew(lane);
      bell.ring();
    },
    async close() {
      clearInterval(timer);
      state.stop.abort();
      bell.stop();
      await bell.idle();
      await Promise.all(state.trips);
      for (const { lines } of state.lanes.values()) hangUp(lines);
    },
  };
}

/** Notes that a contact gave a sign of life, and breaks off a try that may hang because it was not there when the try began. */
function hear(lane: Lane): void {
  lane.places.failed.clear();
  lane.dueAt = Math.min(lane.dueAt, lane.triedAt + limits.retryFirstMs);
  const hangs = lane.attempts > 0 && performance.now() - lane.triedAt >= limits.retryFirstMs;
  if (!hangs || !lane.underWay || lane.brokenOff) return;
  lane.brokenOff = true;
  lane.underWay.abort();
}

/** Forgets what was learnt of a contact's places, and cuts what is under way to them. */
function beginAnew(lane: Lane): void {
  lane.places.failed.clear();
  Object.assign(lane, { attempts: 0, dueAt: 0 });
  lane.underWay?.abort();
  hangUp(lane.lines);
}

async function look(state: State, ring: () => void): Promise<void> {
  if (state.stop.signal.aborted) return;
  await noteAgain(state);
  await list(state);
  if (![...state.lanes.values()].some(({ numbers }) => numbers.length > 0)) return;
  if (await isClient(state)) return;
  const settings = await state.readSettings();
  // A client that says nothing of a proxy may have one.
  if (settings) setOut(state, settings, ring);
}

/** Answers whether a client has the home; after one, everything is tried at once: what it left is new, and nobody has tried it since. */
async function isClient(state: State): Promise<boolean> {
  const isNow = await isHeld(state.inbox);
  if (state.wasHeld && !isNow) {
    for (const lane of state.lanes.values()) beginAnew(lane);
    state.seen = '';
    await list(state);
  }
  state.wasHeld = isNow;
  return isNow;
}

function isDue({ numbers, underWay, dueAt }: Lane): boolean {
  return numbers.length > 0 && underWay === null && dueAt <= performance.now();
}

/** Reads the folder when something in it has changed, and otherwise now and then: not every file system tells. */
async function list(state: State): Promise<void> {
  const version = await parcelsVersion(state.inbox);
  const now = performance.now();
  if (version === state.seen && now - state.seenAt < limits.carryListMs) return;
  const files = await listParcels(state.inbox);
  [state.seen, state.seenAt] = [version, now];
  const taken = new Set(files.filter(({ kind }) => kind === 'done').map(keyOf));
  const waiting = files.filter(
    (one) => one.kind === 'parcel' && !taken.has(keyOf(one)) && !state.unnoted.has(keyOf(one)),
  );
  const numbers = Map.groupBy(waiting, ({ lane }) => lane);
  for (const [name, lane] of state.lanes) {
    if (numbers.has(name) || lane.underWay) continue;
    hangUp(lane.lines);
    state.lanes.delete(name);
  }
  for (const lane of state.lanes.values()) lane.numbers = [];
  for (const [name, parcels] of numbers) laneOf(state, name).numbers = parcels.map(({ number }) => number);
}

function keyOf({ lane, number }: { readonly lane: string; readonly number: number }): string {
  return `${lane}.${number}`;
}

function laneOf({ lanes }: State, name: string): Lane {
  const lane: Lane = lanes.get(name) ?? {
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
  lanes.set(name, lane);
  return lane;
}

/** Begins what is due, beginning with whoever was tried longest ago: nobody's thousand parcels keep others waiting. */
function setOut(state: State, settings: CarrySettings, ring: () => void): void {
  const due = [...state.lanes.values()].filter(isDue).toSorted((one, other) => one.triedAt - other.triedAt);
  for (const lane of due.slice(0, limits.carriedAtOnce - state.trips.size)) {
    lane.underWay = new AbortController();
    const trip: Promise<void> = carryNext(state, lane, settings)
      .catch(() => putOff(lane))
      .finally(() => {
        lane.underWay = null;
        state.trips.delete(trip);
        if (lane.numbers.length === 0) hangUp(lane.lines);
        ring();
      });
    state.trips.add(trip);
  }
}

/** Posts the first parcel of a lane. One that cannot be read, or whose time is over, keeps nobody waiting: its client sees to it. */
async function carryNext(state: State, lane: Lane, settings: CarrySettings): Promise<void> {
  const [number] = lane.numbers;
  if (number === undefined) return;
  const parcel = await readParcel(state.inbox, { lane: lane.name, number });
  if (!parcel || isOver(parcel)) return passOver(lane, number);
  Object.assign(lane, { slot: parcel.slot, triedAt: performance.now() });
  const signal = AbortSignal.any([state.stop.signal, lane.underWay?.signal ?? state.stop.signal]);
  const { places, lines } = lane;
  const taken = await postParcel(parcel, { places, lines, settings, signal });
  if (!taken) {
    if (!lane.underWay?.signal.aborted) return putOff(lane);
    lane.dueAt = 0;
    return;
  }
  const done = { ...taken, tries: lane.attempts + 1 };
  Object.assign(lane, { attempts: 0, dueAt: 0, brokenOff: false });
  passOver(lane, number);
  const noted = { lane: lane.name, number, done };
  state.unnoted.set(keyOf(noted), noted);
  await noteAgain(state);
}

function isOver({ notAfter }: Parcel): boolean {
  return notAfter !== 0 && notAfter < Date.now();
}

function passOver(lane: Lane, number: number): void {
  lane.numbers = lane.numbers.filter((one) => one !== number);
}

function putOff(lane: Lane): void {
  hangUp(lane.lines);
  lane.attempts += 1;
  lane.brokenOff = false;
  lane.dueAt = performance.now() + backOffMs(lane.attempts);
}

/** Notes what was taken; a disk that does not allow it now is asked again. */
async function noteAgain({ inbox, unnoted }: State): Promise<void> {
  for (const [key, { lane, number, done }] of unnoted) {
    const isNoted = await markDone(inbox, { lane, number }, done).then(
      () => true,
      () => false,
    );
    if (isNoted) unnoted.delete(key);
  }
}
