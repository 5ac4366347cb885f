import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { appendFile, lstat, mkdir, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isBoxId } from '../core/box-id.ts';
import { isCount, isRecord, parseJson } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { parseMessageName } from '../core/message-name.ts';
import type { Bytes } from '../core/types.ts';
import { clearAway } from '../disk/clear-away.ts';
import { codeOf, ignoreMissing, readBounded, syncFolder, writeSynced } from '../disk/files.ts';
import { boxFolders } from './layout.ts';
import { makeInboxFolders } from './maildir.ts';
import type { Amount } from './slots.ts';

/** The keys of a box, 32 bytes each: its owner's, the two agreement keys, and the one that seals bodies. PROTOCOL.md "Boxes". */
export type BoxKeys = {
  readonly owner: Bytes;
  readonly ownersAgreement: Bytes;
  readonly hostsAgreement: Bytes;
  readonly seal: Bytes;
};

/** A host's promise to a box; `voucher` is the id of the voucher it was claimed with. */
export type BoxLimits = {
  readonly voucher: string;
  readonly files: number;
  readonly bytes: number;
  readonly days: number;
  /** The id of the box that it came from, when its voucher was that of a link of that box's owner. */
  readonly from?: string;
};

const limitsBytes = 1024;

/** The folder of the boxes in an inbox; throws when it is not a folder, such as a planted link. */
export async function boxesFolder(inbox: string): Promise<string> {
  const path = join(inbox, 'boxes');
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory())
    throw Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR', syscall: 'lstat', path });
  return path;
}

/** The ids of the boxes in an inbox, in no order. */
export async function boxIds(inbox: string): Promise<readonly string[]> {
  const names = await readdir(await boxesFolder(inbox)).catch(ignoreMissing);
  return (names ?? []).filter(isBoxId);
}

/** The path of one box. */
export async function boxPath(inbox: string, box: string): Promise<string> {
  return join(await boxesFolder(inbox), box);
}

/** Makes a box, whole or not at all: it is filled and synced under another name first. Throws EEXIST or ENOTEMPTY when it is there. */
export async function makeBox(
  inbox: string,
  box: string,
  { keys, promised }: { readonly keys: BoxKeys; readonly promised: BoxLimits },
): Promise<void> {
  const boxes = await boxesFolder(inbox);
  await mkdir(boxes, { recursive: true, mode: 0o700 });
  const part = join(boxes, partName());
  try {
    await makeInboxFolders(part, boxFolders);
    const owner = Buffer.concat([keys.owner, keys.ownersAgreement, keys.hostsAgreement, keys.seal]);
    await writeSynced(join(part, 'owner'), owner);
    await writeSynced(join(part, 'limits.json'), JSON.stringify({ version: 1, ...promised }));
    for (const folder of ['.', ...boxFolders]) await syncFolder(join(part, folder));
    await rename(part, join(boxes, box));
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
  // The folder of the boxes may be new as well.
  await syncFolder(boxes);
  await syncFolder(inbox);
}

/** Removes a box: once this resolves it is gone, even after a power cut. */
export async function removeBox(inbox: string, box: string): Promise<void> {
  const boxes = await boxesFolder(inbox);
  const part = join(boxes, partName());
  await rename(join(boxes, box), part).catch(ignoreMissing);
  await syncFolder(boxes);
  await clearAway(part);
}

function partName(): string {
  return `.${randomBytes(8).toString('hex')}.part`;
}

/** The keys of a box; null when there is no such box, or its file is broken. */
export async function readKeys(path: string): Promise<BoxKeys | null> {
  const bytes = await readBounded(join(path, 'owner'), 128).catch(nullUnlessBusy);
  if (bytes?.length !== 128) return null;
  const [owner, ownersAgreement, hostsAgreement, seal] = [0, 32, 64, 96].map(
    (at) => new Uint8Array(bytes.subarray(at, at + 32)),
  ) as [Bytes, Bytes, Bytes, Bytes];
  return { owner, ownersAgreement, hostsAgreement, seal };
}

/** The promise to a box; null when there is no such box, or its file is broken. */
export async function readLimits(path: string): Promise<BoxLimits | null> {
  const bytes = await readBounded(join(path, 'limits.json'), limitsBytes).catch(nullUnlessBusy);
  const value = parseJson(bytes?.toString('utf8') ?? '');
  if (!isRecord(value) || typeof value['voucher'] !== 'string') return null;
  const { voucher, files, bytes: size, days, from } = value;
  if (!isCount(files) || !isCount(size) || !isCount(days)) return null;
  return { voucher, files, bytes: size, days, ...(typeof from === 'string' && { from }) };
}

/** A machine that has run out of file handles has not lost the box, so no sender may hear that it is unknown. */
function nullUnlessBusy(error: unknown): null {
  if (['EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'EAGAIN'].includes(codeOf(error))) throw error;
  return null;
}

/** The waiting files of a box, or of an inbox, counted from its listing. */
export async function amountIn(path: string): Promise<Amount> {
  const names = await readdir(join(path, 'new')).catch(() => []);
  let [files, sum] = [0, 0];
  for (const name of names) {
    const { bytes = 0, count = 0 } = parseMessageName(name) ?? {};
    files += count;
    sum += bytes * count;
  }
  return { files, bytes: sum };
}

/** The days that have passed without a collect from a box. */
export async function idleDays(path: string): Promise<number> {
  // A box without this file, or something that is not a box, counts as idle for no day.
  const found = await stat(join(path, 'idle')).catch(() => null);
  return found?.size ?? 0;
}

/** Notes that a box was collected from. */
export async function noteCollected(path: string): Promise<void> {
  await unlink(join(path, 'idle')).catch(ignoreMissing);
}

/**
 * Notes that another day has passed for a box, and deletes mail that waited too long without a collect. True when the box has ended.
 * PROTOCOL.md "Boxes".
 */
export async function passDay(path: string): Promise<boolean> {
  const promised = await readLimits(path);
  if (!promised) return false;
  const idle = join(path, 'idle');
  await appendFile(idle, '.', { mode: 0o600 });
  const { size: days } = await stat(idle);
  const mailDays = limits.boxMailLifeMs / dayMs;
  if (days >= mailDays) await removeOld(join(path, 'new'), Date.now() - limits.boxMailLifeMs);
  return days > promised.days;
}

const dayMs = 24 * 3600 * 1000;

async function removeOld(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const { time = Infinity } = parseMessageName(name) ?? {};
    if (time < before) await unlink(join(folder, name)).catch(ignoreMissing);
  }
}

/** Removes remains of boxes that were being made or removed when a listener ended. */
export async function sweepBoxParts(inbox: string): Promise<void> {
  const boxes = await boxesFolder(inbox);
  const names = (await readdir(boxes).catch(ignoreMissing)) ?? [];
  for (const name of names.filter((one) => /^\.[0-9a-f]{16}\.part$/.test(one))) {
    const found = await lstat(join(boxes, name)).catch(ignoreMissing);
    if (found && found.ctimeMs < Date.now() - limits.partFileLifeMs)
      await clearAway(join(boxes, name)).catch(() => undefined);
  }
}
