import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Grant } from '../core/box-bodies.ts';
import { isBoxId } from '../core/box-id.ts';
import { limits } from '../core/limits.ts';
import { codeOf, ignoreMissing } from '../disk/files.ts';
import { amountIn, boxesFolder, boxIds, boxPath, passDay, removeBox, sweepBoxParts } from './box-folder.ts';
import { claimBox, createPromises, type Claiming, type Promises } from './claim-box.ts';
import { checkInbox, letGoInbox } from './maildir.ts';
import { openBox, type Box } from './open-box.ts';
import type { Amount } from './slots.ts';
import { createVoucherReader, type Vouchers } from './vouchers.ts';

export type { Box } from './open-box.ts';
export type { Claim } from './claim-box.ts';
export { createVoucherReader, type Voucher, type Vouchers } from './vouchers.ts';

/** The boxes that a host keeps for others: the second door between listener/ and inbox/. */
export type Boxes = {
  readonly vouchers: () => Promise<Vouchers>;
  /** Makes a box, or grants it again, as claimBox() says; one after the other. */
  readonly claim: (claiming: Claiming) => Promise<Grant | 'refused' | 'full'>;
  /** Runs `visit` with a box, which stays open meanwhile; with null when there is none. */
  readonly within: <Result>(id: string, visit: (box: Box | null) => Promise<Result>) => Promise<Result>;
  /** Removes a box and everything in it, with the boxes that came from it. */
  readonly remove: (id: string) => Promise<void>;
  /** Calls `ring` when mail arrives in a box; returns the function that ends this. */
  readonly hear: (id: string, ring: () => void) => () => void;
  /** Ends uncollected boxes, if a day has passed since the last check. */
  readonly look: () => Promise<void>;
};

/** Opens the boxes of an inbox; each box is opened on request. */
export function createBoxes(inbox: string): Boxes {
  const bells = createBells();
  const promises = createPromises(inbox);
  const shelf = createShelf(inbox, { ring: bells.ring, promises });
  let before: Promise<unknown> = Promise.resolve();
  const remove = async (id: string): Promise<void> => {
    await removeBox(inbox, id);
    promises.drop(id);
    await shelf.close(id);
    const others = [...(await promises.all())].filter(([, { from }]) => from === id);
    for (const [other] of others) await remove(other);
  };
  return {
    vouchers: createVoucherReader(inbox),
    claim(claiming) {
      const granted = before.then(() => claimBox(inbox, promises, claiming));
      before = granted.catch(() => undefined);
      return granted;
    },
    within: shelf.within,
    remove,
    hear: bells.hear,
    look: () => look(inbox, { promises, remove }),
  };
}

type Bells = Pick<Boxes, 'hear'> & { readonly ring: (id: string) => void };

/** Callbacks for arrivals in a box, whether it stays open meanwhile or not. */
function createBells(): Bells {
  const bells = new Map<string, Set<() => void>>();
  return {
    ring(id) {
      for (const ring of bells.get(id) ?? []) ring();
    },
    hear(id, ring) {
      const bell = bells.get(id) ?? new Set();
      bells.set(id, bell.add(ring));
      return () => {
        bell.delete(ring);
        if (bell.size === 0 && bells.get(id) === bell) bells.delete(id);
      };
    },
  };
}

type Entry = { readonly box: Promise<Box | null>; visitors: number };

type Shelf = Pick<Boxes, 'within'> & { readonly close: (id: string) => Promise<void> };

type Around = { readonly ring: (id: string) => void; readonly promises: Promises };

/** The open boxes: those in use, and the most recently used. */
function createShelf(inbox: string, { ring, promises }: Around): Shelf {
  const open = new Map<string, Entry>();
  const total = createTotal(inbox);
  const opened = (id: string): Entry['box'] =>
    openBox(inbox, id, { beside: total, given: () => givenOf(promises, id), arrived: () => ring(id) });
  const enter = (id: string): Entry => {
    const entry = open.get(id) ?? { box: opened(id), visitors: 0 };
    // The most recently used is the last in the map.
    open.delete(id);
    open.set(id, entry);
    entry.visitors += 1;
    return entry;
  };
  const close = async (id: string): Promise<void> => {
    const path = await boxPath(inbox, id);
    // All in one step: a caller that opens it in between would lose its hold.
    open.delete(id);
    letGoInbox(path);
  };
  const leave = async (id: string, entry: Entry): Promise<void> => {
    entry.visitors -= 1;
    const isThere = await entry.box.catch(() => null);
    if (!isThere && open.get(id) === entry) open.delete(id);
    for (const other of tooMany(open)) await close(other);
  };
  /** The client ends boxes, too: an open one is closed, and a collect that waits there is told. */
  const closeIfEnded = async (id: string): Promise<void> => {
    if (!open.has(id) || isHeld(await boxPath(inbox, id))) return;
    await close(id);
    await promises.all();
    ring(id);
  };
  return {
    close,
    async within(id, visit) {
      if (!isBoxId(id)) return visit(null);
      // A box that is held may have been moved together with the folder above it.
      await boxesFolder(inbox);
      await closeIfEnded(id);
      const entry = enter(id);
      try {
        return await visit(await entry.box.catch(nullWhenGone));
      } catch (error) {
        if (codeOf(error) === 'EREPLACED') await close(id);
        throw error;
      } finally {
        await leave(id, entry);
      }
    },
  };
}

/** The part of a box's promise that other boxes use, once it is known. */
async function givenOf(promises: Promises, id: string): Promise<() => Amount> {
  await promises.all();
  return () => promises.outOf(id);
}

/** Unvisited boxes beyond the number to keep open, least recently used first. */
function tooMany(open: ReadonlyMap<string, Entry>): readonly string[] {
  const unused = [...open].flatMap(([id, { visitors }]) => (visitors === 0 ? [id] : []));
  return unused.slice(0, Math.max(0, open.size - limits.boxesOpen));
}

/** False when the folder of a box is gone or was replaced. */
function isHeld(path: string): boolean {
  try {
    checkInbox(path);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EREPLACED') throw error;
    return false;
  }
}

/** A box that vanishes while it is opened counts as missing. */
function nullWhenGone(error: unknown): null {
  if (codeOf(error) !== 'ENOENT') throw error;
  return null;
}

const sumEveryMs = 60_000;
/** Counting takes at most this share of the time. */
const sumShare = 0.01;

/**
 * Returns the bytes that waited in the inbox and all boxes at the last count. A call starts a new count when the last is old; before the
 * first count it returns 0, when only a box's own quota bounds it.
 */
function createTotal(inbox: string): () => number {
  let bytes = 0;
  let dueAt = 0;
  const count = async (): Promise<void> => {
    const begun = performance.now();
    let sum = (await amountIn(inbox)).bytes;
    for (const id of await boxIds(inbox)) sum += (await amountIn(await boxPath(inbox, id))).bytes;
    bytes = sum;
    const lasted = performance.now() - begun;
    dueAt = performance.now() + Math.max(sumEveryMs, lasted / sumShare);
  };
  return () => {
    if (performance.now() >= dueAt) {
      dueAt = Infinity;
      count().catch(() => {
        dueAt = performance.now() + sumEveryMs;
      });
    }
    return bytes;
  };
}

const dayMs = 24 * 3600 * 1000;

/** A jumping clock costs every box one day at most: a day passes when the file that marks the last one is a day old, or from the future. */
async function look(
  inbox: string,
  { promises, remove }: { readonly promises: Promises; readonly remove: Boxes['remove'] },
): Promise<void> {
  await sweepBoxParts(inbox);
  await removeOrphans(inbox, { promises, remove });
  const boxes = await boxIds(inbox);
  if (boxes.length === 0) return;
  const mark = join(await boxesFolder(inbox), '.day');
  const found = await stat(mark).catch(ignoreMissing);
  const now = Date.now();
  if (found && Math.abs(now - found.mtimeMs) < dayMs) return;
  await writeFile(mark, '', { mode: 0o600 });
  await utimes(mark, new Date(now), new Date(now));
  if (!found) return;
  for (const id of boxes) {
    if (await passDay(await boxPath(inbox, id)).catch(() => false)) await remove(id);
  }
}

/** Removes boxes made from a box that has ended: a crash may have come between the two. */
async function removeOrphans(
  inbox: string,
  { promises, remove }: { readonly promises: Promises; readonly remove: Boxes['remove'] },
): Promise<void> {
  const all = await promises.all();
  // A box with damaged files still exists.
  const there = new Set(await boxIds(inbox));
  const orphans = [...all].filter(([, { from }]) => from !== undefined && !there.has(from));
  for (const [id] of orphans) await remove(id);
}
