import { randomBytes } from 'node:crypto';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agreementKeyOf, boxIdOf, boxSealKey } from '../core/box.ts';
import type { Grant } from '../core/box-bodies.ts';
import { isBoxId } from '../core/box-id.ts';
import { sameBytes } from '../core/bytes.ts';
import { limits } from '../core/limits.ts';
import { slotId } from '../core/request.ts';
import type { Bytes } from '../core/types.ts';
import { codeOf, ignoreMissing } from '../disk/files.ts';
import {
  boxesFolder,
  boxIds,
  boxPath,
  bytesIn,
  makeBox,
  passDay,
  readKeys,
  readLimits,
  removeBox,
  sweepBoxParts,
  type BoxKeys,
  type BoxLimits,
} from './box-folder.ts';
import { letGoInbox } from './maildir.ts';
import { openBox, type Box } from './open-box.ts';
import { createVoucherReader, type Voucher, type Vouchers } from './vouchers.ts';

export type { Box } from './open-box.ts';
export type { Voucher, Vouchers } from './vouchers.ts';

/** The boxes that a host keeps for others: the second door between listener/ and inbox/. */
export type Boxes = {
  readonly vouchers: () => Promise<Vouchers>;
  /**
   * Makes a box for an owner's key and agreement key (32 bytes each), or grants it again. `refused` when it is somebody else's, when the
   * voucher has made all its boxes, or for a key that cannot be agreed with; `full` when the host has promised all that it can.
   */
  readonly claim: (voucher: Voucher, asked: Claim) => Promise<Grant | 'refused' | 'full'>;
  /** Runs `visit` with a box, which stays open as long; with null when there is none. */
  readonly within: <Result>(id: string, visit: (box: Box | null) => Promise<Result>) => Promise<Result>;
  /** Removes a box and everything in it. */
  readonly remove: (id: string) => Promise<void>;
  /** Has `ring` called when something arrives in a box; answers how to end that. */
  readonly hear: (id: string, ring: () => void) => () => void;
  /** Ends what nobody collects, if a day has passed since that was looked after. */
  readonly look: () => Promise<void>;
};

/** The keys of an owner who claims a box, 32 bytes each. */
export type Claim = { readonly owner: Bytes; readonly agreement: Bytes };

/** Opens the boxes of an inbox; a single box is opened when it is asked for. */
export function createBoxes(inbox: string): Boxes {
  const bells = createBells();
  const shelf = createShelf(inbox, bells.ring);
  const promises = new Map<string, BoxLimits>();
  let claiming: Promise<unknown> = Promise.resolve();
  return {
    vouchers: createVoucherReader(inbox),
    claim(voucher, asked) {
      const granted = claiming.then(() => claim(inbox, promises, { voucher, asked }));
      claiming = granted.catch(() => undefined);
      return granted;
    },
    within: shelf.within,
    async remove(id) {
      await removeBox(inbox, id);
      promises.delete(id);
      await shelf.close(id);
    },
    hear: bells.hear,
    look: () => look(inbox),
  };
}

type Bells = Pick<Boxes, 'hear'> & { readonly ring: (id: string) => void };

/** What is called when something arrives in a box, whether it is kept open meanwhile or not. */
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

/** The boxes that are open: those in use, and those that were used last. */
function createShelf(inbox: string, ring: (id: string) => void): Shelf {
  const open = new Map<string, Entry>();
  const total = createTotal(inbox);
  const enter = (id: string): Entry => {
    const opened = (): Entry['box'] => openBox(inbox, id, { beside: total, arrived: () => ring(id) });
    const entry = open.get(id) ?? { box: opened(), visitors: 0 };
    // The one that was used last is the last in the map.
    open.delete(id);
    open.set(id, entry);
    entry.visitors += 1;
    return entry;
  };
  const close = async (id: string): Promise<void> => {
    open.delete(id);
    letGoInbox(await boxPath(inbox, id));
  };
  const leave = async (id: string, entry: Entry): Promise<void> => {
    entry.visitors -= 1;
    const isThere = await entry.box.catch(() => null);
    if (!isThere && open.get(id) === entry) open.delete(id);
    const unused = [...open].filter(([, { visitors }]) => visitors === 0);
    for (const [other] of unused.slice(0, Math.max(0, open.size - limits.boxesOpen))) await close(other);
  };
  return {
    close,
    async within(id, visit) {
      if (!isBoxId(id)) return visit(null);
      // A box that is held may have been moved together with the folder above it.
      await boxesFolder(inbox);
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

/** A box that goes while it is opened is one that is not there. */
function nullWhenGone(error: unknown): null {
  if (codeOf(error) !== 'ENOENT') throw error;
  return null;
}

async function claim(
  inbox: string,
  promises: Map<string, BoxLimits>,
  { voucher, asked }: { readonly voucher: Voucher; readonly asked: Claim },
): Promise<Grant | 'refused' | 'full'> {
  const box = boxIdOf(asked.owner);
  const path = await boxPath(inbox, box);
  const [keys, promised] = [await readKeys(path), await readLimits(path)];
  const id = slotId(voucher.key);
  if (keys && promised) {
    const isSame = promised.voucher === id && sameBytes(keys.ownersAgreement, asked.agreement);
    return isSame ? grantOf(keys, promised) : 'refused';
  }
  const all = await readPromises(inbox, promises);
  if (all.filter((one) => one.voucher === id).length >= voucher.boxes) return 'refused';
  const bytes = all.reduce((sum, one) => sum + one.bytes, voucher.bytes);
  if (all.length >= limits.boxes || bytes > limits.boxesBytes) return 'full';
  const made = agree(voucher, box, asked);
  if (!made) return 'refused';
  const limitsOf = { voucher: id, files: voucher.files, bytes: voucher.bytes, days: voucher.days };
  await makeBox(inbox, box, { keys: made, promised: limitsOf });
  promises.set(box, limitsOf);
  return grantOf(made, limitsOf);
}

function agree({ key: voucherKey }: Voucher, box: string, { owner, agreement }: Claim): BoxKeys | null {
  const own = agreementKeyOf(randomBytes(32), box);
  const seal = boxSealKey(own.secret, agreement, { voucherKey, box });
  return seal && { owner, ownersAgreement: agreement, hostsAgreement: own.public, seal };
}

function grantOf({ hostsAgreement }: BoxKeys, { files, bytes, days }: BoxLimits): Grant {
  return { agreement: hostsAgreement, files, bytes, days };
}

/** What was promised to each box that is there: another listener may have made or removed some of them. */
async function readPromises(inbox: string, known: Map<string, BoxLimits>): Promise<readonly BoxLimits[]> {
  const ids = new Set(await boxIds(inbox));
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
  for (const id of ids) {
    const promised = known.get(id) ?? (await readLimits(await boxPath(inbox, id)));
    if (promised) known.set(id, promised);
  }
  return [...known.values()];
}

const sumEveryMs = 60_000;
/** Counting takes at most this part of the time. */
const sumShare = 0.01;

/**
 * Answers the bytes that waited in the inbox and all boxes when that was counted last. A new count begins when one is asked for and the last is old; the
 * first one finds nothing, and what a box may take is bounded by its own quota.
 */
function createTotal(inbox: string): () => number {
  let bytes = 0;
  let dueAt = 0;
  const count = async (): Promise<void> => {
    const begun = performance.now();
    let sum = await bytesIn(inbox);
    for (const id of await boxIds(inbox)) sum += await bytesIn(await boxPath(inbox, id));
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

/** A clock that jumps costs every box one day at most: a day passes when the file that marks the last one is a day old, or of the future. */
async function look(inbox: string): Promise<void> {
  await sweepBoxParts(inbox);
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
    if (await passDay(await boxPath(inbox, id)).catch(() => false)) await removeBox(inbox, id);
  }
}
