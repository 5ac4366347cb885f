import { lstat } from 'node:fs/promises';
import { isBoxId } from '../core/box-id.ts';
import { limits } from '../core/limits.ts';
import { slotId } from '../core/request.ts';
import { ignoreMissing, readBounded } from '../disk/files.ts';
import { amountIn, boxIds, boxPath, idleDays, readLimits, removeBox, type BoxLimits } from './box-folder.ts';
import { inboxFile } from './maildir.ts';
import { parseSlots, type Amount } from './slots.ts';

// What a client sees and ends of the boxes that its listener keeps. PROTOCOL.md "Boxes".

/** A box that is kept here: what was promised to it, what waits in it, and the days that have passed since it was last collected from. */
export type Kept = {
  readonly id: string;
  /** Null when its files are broken: then nobody can use it. */
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
    // It may have gone while the others were looked at.
    if (promised === 'none') continue;
    kept.push({ id, promised, waits: await amountIn(path), idleDays: await idleDays(path) });
  }
  return kept;
}

/** What was promised to one box; `none` when there is no such box. */
export async function keptBox(inbox: string, id: string): Promise<BoxLimits | null | 'none'> {
  if (!isBoxId(id)) return 'none';
  const path = await boxPath(inbox, id);
  const found = await lstat(path).catch(ignoreMissing);
  return found ? readLimits(path) : 'none';
}

/**
 * Ends a box with all that came out of it; may be repeated. A listener that runs notices. What a crash leaves of the others is ended with the next box, or
 * by the listener.
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

/** The boxes that came out of one that is not there. */
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
 * True if the owner of a box has told its host, this home, of a slot with this key (32 bytes, as it is at the box). What cannot be read says no: the
 * listener could put anything there.
 */
export async function hasSlot(inbox: string, id: string, key: Uint8Array): Promise<boolean> {
  const text = await slotsIn(inbox, id).catch(() => null);
  const wanted = slotId(key);
  return parseSlots(text?.toString('utf8') ?? '').some((slot) => slotId(slot.key) === wanted);
}

async function slotsIn(inbox: string, id: string): Promise<Buffer | null> {
  return readBounded(inboxFile(await boxPath(inbox, id), 'slots'), limits.slotsFileBytes);
}
