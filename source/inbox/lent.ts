import { lstat } from 'node:fs/promises';
import { isBoxId } from '../core/box-id.ts';
import { limits } from '../core/limits.ts';
import { slotId } from '../core/request.ts';
import { ignoreMissing, readBounded } from '../disk/files.ts';
import { amountIn, boxIds, boxPath, idleDays, readLimits, removeBox, type BoxLimits } from './box-folder.ts';
import { inboxFile } from './maildir.ts';
import { parseSlots, type Amount } from './slots.ts';

// How a client sees and ends the boxes that its listener keeps. PROTOCOL.md "Boxes".

/** A box that is kept here: its promise, its waiting mail, and the days since its last collect. */
export type Kept = {
  readonly id: string;
  /** Null when its files are broken, and nobody can use it. */
  readonly promised: BoxLimits | null;
  readonly waits: Amount;
  readonly idleDays: number;
};

/** The boxes in an inbox, in the order of their ids. */
export async function keptBoxes(inbox: string): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  for (const id of (await boxIds(inbox)).toSorted()) {
    const path = await boxPath(inbox, id);
    const promised = await keptBox(inbox, id);
    // It may have vanished while the others were read.
    if (promised === 'none') continue;
    kept.push({ id, promised, waits: await amountIn(path), idleDays: await idleDays(path) });
  }
  return kept;
}

/** The promise to one box; `none` when there is no such box. */
export async function keptBox(inbox: string, id: string): Promise<BoxLimits | null | 'none'> {
  if (!isBoxId(id)) return 'none';
  const path = await boxPath(inbox, id);
  const found = await lstat(path).catch(ignoreMissing);
  return found ? readLimits(path) : 'none';
}

/**
 * Ends a box with all boxes made from it; may be repeated. A running listener notices. If a crash leaves some of them, the next call or
 * the listener ends them.
 */
export async function endBox(inbox: string, id: string): Promise<void> {
  await removeBox(inbox, id);
  for (;;) {
    const ids = await boxIds(inbox);
    const orphans = await orphansAmong(inbox, ids);
    if (orphans.length === 0) return;
    for (const orphan of orphans) await removeBox(inbox, orphan);
  }
}

/** Boxes made from one that no longer exists. */
async function orphansAmong(inbox: string, ids: readonly string[]): Promise<readonly string[]> {
  const there = new Set(ids);
  const orphans: string[] = [];
  for (const id of ids) {
    const { from } = (await readLimits(await boxPath(inbox, id))) ?? {};
    if (from !== undefined && !there.has(from)) orphans.push(id);
  }
  return orphans;
}

/**
 * True if the owner of a box has told its host, this home, about a slot with this key (32 bytes, as at the box). An unreadable file
 * means false: the listener could put anything there.
 */
export async function hasSlot(inbox: string, id: string, key: Uint8Array): Promise<boolean> {
  const text = await slotsIn(inbox, id).catch(() => null);
  const wanted = slotId(key);
  return parseSlots(text?.toString('utf8') ?? '').some((slot) => slotId(slot.key) === wanted);
}

async function slotsIn(inbox: string, id: string): Promise<Buffer | null> {
  return readBounded(inboxFile(await boxPath(inbox, id), 'slots'), limits.slotsFileBytes);
}
