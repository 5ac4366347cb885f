import { setTimeout as pause } from 'node:timers/promises';
import type { Batch } from '../core/box-bodies.ts';
import { limits } from '../core/limits.ts';
import type { Intake, SlotTable } from '../inbox/deliver.ts';
import type { Vouchers } from '../inbox/boxes.ts';
import { noteNews, type Mailbox, type Reached } from '../inbox/mailboxes.ts';
import { createPatience, type Patience } from './patience.ts';
import { createOwnerCalls, type OwnerCalls } from './owner-calls.ts';
import { tableAt } from './table-at.ts';
import { hasRoom, slotsAt, takeFile, type Wanting } from './take-file.ts';

/** The collecting from one mailbox, until it is closed. */
export type Collecting = {
  readonly mailbox: Mailbox;
  readonly reached: () => Reached;
  /** True while mail waits at the host for which a slot here has no room. */
  readonly isFull: () => boolean;
  /** The slots or the links may have changed: `version` says whether they have. */
  readonly look: (version: string) => void;
  /** Resolves when its host has the current slots and links. */
  readonly settled: () => Promise<void>;
  /** This machine has moved or slept: no connection is trusted, and the host is asked at once. */
  readonly moved: () => void;
  readonly close: () => void;
};

/** The inbox to collect for; `changed` is called when the state of a mailbox changes. */
type Home = {
  readonly inbox: string;
  readonly intake: Intake;
  readonly vouchers: () => Promise<Vouchers>;
  readonly changed: () => void;
};

type State = {
  readonly home: Home;
  readonly mailbox: Mailbox;
  readonly calls: OwnerCalls;
  readonly box: string;
  readonly stop: AbortController;
  reached: Reached;
  /** The version of slots and links that the host should have, and the one that it has. */
  wanted: string;
  had: string;
  /** Callers that wait for a new version. */
  readonly waking: Set<() => void>;
  /** Callers that wait until the host has the current version. */
  readonly settling: Set<() => void>;
  /** Names at the host of files that are stored here and that it may not know about. */
  stored: readonly string[];
  /** Slots here (by their ids at the box) that had no room for arriving mail. */
  full: ReadonlyMap<string, Wanting>;
  hurry: AbortController;
  /** Ends the pause after a failure. */
  rouse: AbortController;
  readonly patience: Patience;
};

/** Collects from one mailbox, and keeps its host's table up to date. It never ends or throws because of anything that the host does. */
export function startCollecting(home: Home, mailbox: Mailbox): Collecting | null {
  const calls = createOwnerCalls(mailbox);
  if (!calls) return null;
  const state = begin(home, mailbox, calls);
  void keepGoing(state, (failures) => collectOnce(state, failures));
  void keepGoing(state, (failures) => putOnce(state, failures));
  return {
    mailbox,
    reached: () => state.reached,
    isFull: () => state.full.size > 0,
    look(version) {
      if (version !== state.wanted) {
        state.wanted = version;
        wake(state);
      }
      if (state.full.size > 0) void hurryIfRoom(state).catch(() => undefined);
    },
    settled: () =>
      new Promise((resolve) => {
        if (state.wanted === state.had) resolve();
        else state.settling.add(resolve);
      }),
    close() {
      state.stop.abort();
      state.hurry.abort();
      state.rouse.abort();
      wake(state);
      calls.dropConnections();
    },
    moved() {
      calls.dropConnections();
      state.hurry.abort();
      state.rouse.abort();
      state.rouse = new AbortController();
    },
  };
}

function begin(home: Home, mailbox: Mailbox, calls: OwnerCalls): State {
  return {
    home,
    mailbox,
    calls,
    box: mailbox.place.slice(-22),
    stop: new AbortController(),
    reached: { place: mailbox.place, answeredAt: 0, reason: 'not contacted yet', tableAt: 0 },
    wanted: '',
    had: '',
    waking: new Set(),
    settling: new Set(),
    stored: [],
    full: new Map(),
    hurry: new AbortController(),
    rouse: new AbortController(),
    patience: createPatience(),
  };
}

/** Asks the host at once for mail that a slot had no room for, as soon as it has room. */
async function hurryIfRoom({ home, full, hurry }: State): Promise<void> {
  await home.intake.recount();
  const isRoom = [...full.values()].some(({ slot, bytes, count }) =>
    hasRoom(home.intake, slot, { bytes, count }),
  );
  if (isRoom) hurry.abort();
}

/** Runs a step again and again; after a failure it waits 1 s, doubling to 15. `step` returns the failures in a row. */
async function keepGoing(state: State, step: (failures: number) => Promise<number>): Promise<void> {
  let failures = 0;
  while (!state.stop.signal.aborted) {
    // This machine's disk may fail, too.
    failures = await step(failures).catch(() => failures + 1);
    const waitMs = Math.min(limits.retryFirstMs * 2 ** (failures - 1), limits.boxRetryMostMs);
    if (failures > 0) await pause(waitMs, null, { signal: state.rouse.signal }).catch(() => null);
  }
}

/** Returns 0 when slots or links have changed, or when it has ended. */
async function untilChanged({ waking, stop }: State): Promise<0> {
  if (!stop.signal.aborted) await new Promise<void>((resolve) => waking.add(resolve));
  return 0;
}

function wake({ waking }: State): void {
  for (const go of waking) go();
  waking.clear();
}

/** Sends the table when it differs from the host's. */
async function putOnce(state: State, failures: number): Promise<number> {
  if (state.wanted === state.had) return untilChanged(state);
  const [version, readAt] = [state.wanted, Date.now()];
  const table = await tableAt(state.box, state.home);
  if (!table) return version === state.wanted ? untilChanged(state) : 0;
  const reason = await state.calls.put(table, state.stop.signal);
  if (reason === null) {
    state.had = version;
    if (version === state.wanted) for (const settle of state.settling) settle();
    tell(state, { reason: '', answeredAt: Date.now(), tableAt: readAt });
    return 0;
  }
  tell(state, { reason });
  return failures + 1;
}

async function collectOnce(state: State, failures: number): Promise<number> {
  const begun = performance.now();
  const version = state.wanted;
  const { byTag } = await state.home.intake.slots();
  if (byTag.size === 0) return version === state.wanted ? untilChanged(state) : 0;
  state.hurry = new AbortController();
  const signal = AbortSignal.any([state.stop.signal, state.hurry.signal]);
  const [stored, full] = [state.stored, [...state.full.keys()].slice(0, limits.boxFullSlots)];
  const [wait, askedAt] = [state.patience.seconds(), performance.now()];
  const batch = await state.calls.collect({ stored, full, wait }, signal);
  if (state.hurry.signal.aborted) {
    state.full = new Map();
    return 0;
  }
  if (typeof batch === 'string') {
    if (state.patience.failed(performance.now() - askedAt)) return 0;
    tell(state, { reason: batch });
    return failures + 1;
  }
  state.patience.answered(batch.files.length === 0);
  // A host that was away may have been set back to an older table.
  if (failures > 0) putAgain(state);
  await takeAll(state, batch, begun);
  return batch.takenOver ? Math.max(failures + 1, takenOverFailures) : 0;
}

/** A host that sends empty answers as fast as it can is asked once a second. */
async function takeAll(state: State, batch: Batch, begun: number): Promise<void> {
  const isNew = await takeBatch(state, batch);
  tell(state, { reason: batch.takenOver ? takenOver : '', answeredAt: Date.now() });
  const restMs = begun + limits.retryFirstMs - performance.now();
  if (!isNew && restMs > 0) await pause(restMs, null, { signal: state.stop.signal }).catch(() => null);
}

const takenOver = 'another program collects from this mailbox';
/** Two listeners that take over from each other do it every 8 s at most. */
const takenOverFailures = 4;

function putAgain(state: State): void {
  state.had = '';
  wake(state);
}

/** Stores arriving files; returns whether it stored any. */
async function takeBatch(state: State, { files, news }: Batch): Promise<boolean> {
  const { home } = state;
  const before = new Set(state.stored);
  const [named, full] = [[] as string[], new Map<string, Wanting>()];
  let isAny = false;
  const slots = slotsAt(state.box, await slotsOf(home));
  try {
    for (const file of files) {
      const taken = before.has(file.name) ? 'passed' : await takeFile(home.intake, slots, { ...file, full });
      isAny ||= taken === 'stored';
      if (typeof taken === 'string') named.push(file.name);
      else full.set(taken.at, taken);
    }
  } finally {
    // Name stored files even when the disk failed half-way. The host has received the earlier names, or it could not have answered.
    state.stored = named;
    state.full = full;
  }
  await noteNews(home.inbox, news);
  return isAny;
}

/**
 * The slots of this home. Throws when there are none: slots.json may be damaged or gone, and mail at the host, which would then belong
 * to nobody here, must stay there.
 */
async function slotsOf({ intake }: Home): Promise<SlotTable> {
  const slots = await intake.slots();
  if (slots.byTag.size === 0) throw new Error('no slots');
  return slots;
}

function tell(state: State, news: Partial<Reached>): void {
  if (state.stop.signal.aborted) return;
  state.reached = { ...state.reached, ...news };
  state.home.changed();
}
