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
import { createTroubles, type Troubles } from '../inbox/trouble.ts';
import { beginAnew, hear, isDue, newLane, passOver, putOff, type Lane } from './lanes.ts';
import { hangUp, postParcel } from './post-parcel.ts';
import { createPulse, type Around } from './pulse.ts';

/** The carrying of a client's parcels. */
export type Carrying = {
  /** Mail came through this slot (16 hex digits): parcels for its contact are tried at once, but at most once a second. */
  readonly heard: (slotId: string) => void;
  /** The machine slept, or is in another network: earlier connections are not trusted, and everything is tried at once. */
  readonly moved: () => void;
  /** Tells whether any parcel waits. */
  readonly isAny: () => boolean;
  /** A client has gone, or is going. */
  readonly clientEnded: () => void;
  /** Breaks off current tries. */
  readonly close: () => Promise<void>;
};

type Unnoted = {
  readonly lane: string;
  readonly number: number;
  readonly done: Done;
  /** True while it is being written. */
  isUnderWay: boolean;
};

type State = {
  readonly inbox: string;
  readonly lanes: Map<string, Lane>;
  /** Taken parcels that could not be noted yet, by lane and number: they are not posted again while this program runs. */
  readonly unnoted: Map<string, Unnoted>;
  readonly trips: Set<Promise<void>>;
  /** True if a client had the home at the last look. */
  wasHeld: boolean;
  readonly readSettings: () => Promise<CarrySettings | null>;
  readonly stop: AbortController;
  /** Faults here that keep parcels from being posted; doctor shows them. */
  readonly troubles: Troubles;
  /** The last listing of the folder, and its time. */
  seen: string;
  seenAt: number;
};

/**
 * Posts the parcels of an inbox while no client has the home: in the order of their numbers for each contact, contacts side by side. It
 * never ends or throws because of anything that a contact's machine does. PROTOCOL.md "Parcels".
 */
export function startCarrying(inbox: string, around: Around): Carrying {
  const state = createState(inbox);
  // This machine's disk may fail, too.
  const bell = createBell(
    async () => {
      const wasNone = state.lanes.size === 0;
      await look(state, bell.ring);
      state.troubles.note('look', null);
      if (state.lanes.size === 0) return;
      if (wasNone) around.began();
      if (!around.isClientHeard()) pulse.soon();
    },
    (error) => state.troubles.note('look', error),
  );
  const pulse = createPulse(state, around, bell.ring);
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
    isAny: () => state.lanes.size > 0,
    clientEnded() {
      bell.ring();
      pulse.soon();
    },
    async close() {
      pulse.stop();
      state.stop.abort();
      bell.stop();
      await bell.idle();
      await Promise.all(state.trips);
      for (const { lines } of state.lanes.values()) hangUp(lines);
      await state.troubles.settled();
    },
  };
}

function createState(inbox: string): State {
  return {
    inbox,
    lanes: new Map(),
    unnoted: new Map(),
    trips: new Set(),
    wasHeld: false,
    readSettings: createCarryReader(inbox),
    stop: new AbortController(),
    troubles: createTroubles(inbox),
    seen: '',
    seenAt: -Infinity,
  };
}

async function look(state: State, ring: () => void): Promise<void> {
  if (state.stop.signal.aborted) return;
  await noteAgain(state);
  await list(state);
  if (![...state.lanes.values()].some(({ numbers }) => numbers.length > 0)) return;
  if (await isClient(state)) return;
  const settings = await state.readSettings();
  // A client that has not said anything about a proxy may have one.
  if (settings) setOut(state, settings, ring);
}

/** Returns whether a client has the home; after one has left, everything is tried at once, because its parcels are new and untried. */
async function isClient(state: State): Promise<boolean> {
  const isNow = await isHeld(state.inbox);
  if (state.wasHeld && !isNow) {
    for (const lane of state.lanes.values()) beginAnew(lane);
    Object.assign(state, { seen: '', seenAt: -Infinity });
    await list(state);
  }
  state.wasHeld = isNow;
  return isNow;
}

/**
 * Reads the folder when something in it has changed, and otherwise now and then, because not every file system reports changes. Once a
 * second at most, because this listener's own notes change it.
 */
async function list(state: State): Promise<void> {
  const now = performance.now();
  if (now - state.seenAt < limits.carryListLeastMs) return;
  const version = parcelsVersion(state.inbox);
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
    state.troubles.note(name, null);
    state.lanes.delete(name);
  }
  for (const lane of state.lanes.values()) lane.numbers = [];
  for (const [name, parcels] of numbers) laneOf(state, name).numbers = parcels.map(({ number }) => number);
}

function laneOf({ lanes }: State, name: string): Lane {
  const lane = lanes.get(name) ?? newLane(name);
  lanes.set(name, lane);
  return lane;
}

function keyOf({ lane, number }: { readonly lane: string; readonly number: number }): string {
  return `${lane}.${number}`;
}

/** Starts due tries, the contact tried longest ago first: a thousand parcels for one contact must not delay others. */
function setOut(state: State, settings: CarrySettings, ring: () => void): void {
  const due = [...state.lanes.values()].filter(isDue).toSorted((one, other) => one.triedAt - other.triedAt);
  for (const lane of due.slice(0, limits.carriedAtOnce - state.trips.size)) {
    lane.underWay = new AbortController();
    const trip: Promise<void> = carryNext(state, lane, settings)
      .then(
        () => state.troubles.note(lane.name, null),
        (error: unknown) => {
          state.troubles.note(lane.name, error);
          putOff(lane);
        },
      )
      .finally(() => {
        lane.underWay = null;
        state.trips.delete(trip);
        if (lane.numbers.length === 0) hangUp(lane.lines);
        ring();
      });
    state.trips.add(trip);
  }
}

/** Posts the first parcel of a lane. An unreadable or expired one delays nobody: its client deals with it. */
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
  const noted = { lane: lane.name, number, done, isUnderWay: false };
  state.unnoted.set(keyOf(noted), noted);
  await noteOne(state, noted);
}

function isOver({ notAfter }: Parcel): boolean {
  return notAfter !== 0 && notAfter < Date.now();
}

/** Writes the notes that failed earlier; a disk that still refuses is tried again later. */
async function noteAgain(state: State): Promise<void> {
  for (const one of state.unnoted.values()) if (!one.isUnderWay) await noteOne(state, one);
}

async function noteOne({ inbox, unnoted, troubles }: State, one: Unnoted): Promise<void> {
  const { lane, number, done } = one;
  one.isUnderWay = true;
  try {
    await markDone(inbox, { lane, number }, done);
    unnoted.delete(keyOf(one));
    troubles.note('notes', null);
  } catch (error) {
    troubles.note('notes', error);
  } finally {
    one.isUnderWay = false;
  }
}
