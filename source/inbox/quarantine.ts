import type { Stats } from 'node:fs';
import { chmod, lstat, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { limits } from '../core/limits.ts';
import { clearAway } from '../disk/clear-away.ts';
import { createTurns } from '../core/turns.ts';
import { messageName, parseMessageName } from '../core/message-name.ts';
import { inboxFolder } from './maildir.ts';

/** The path of a file in the inbox; as in `listNew`, one character of the name is one byte. */
export function pathIn(inbox: string, folder: 'new' | 'bad', name: string): Buffer {
  return Buffer.concat([Buffer.from(`${inboxFolder(inbox, folder)}/`), Buffer.from(name, 'latin1')]);
}

/**
 * Puts one entry of inbox/new away: a regular file goes to inbox/bad under a new name, anything else is removed without being followed
 * or opened. bad/ stays within `limits.quarantineFiles` and `limits.quarantineBytes`; the oldest files are dropped. Returns whether
 * there was something.
 */
export async function quarantine(inbox: string, name: string): Promise<boolean> {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) return false;
  const path = pathIn(inbox, 'new', name);
  const found = await lstat(path).catch(() => null);
  if (!found) return false;
  await takeTurn(async () => {
    const keep = found.isFile() && found.size <= limits.quarantineBytes;
    if (keep) await makeRoom(inbox, found.size);
    const put = pathIn(inbox, 'bad', badName(name, found));
    // Even an entry that is to be removed is moved first: a folder that cannot be removed must not come back with every scan. A folder can
    // be moved only when its owner may write into it.
    if (found.isDirectory()) await chmod(path, 0o700).catch(() => undefined);
    const moved = await rename(path, put).then(
      () => true,
      () => false,
    );
    if (!keep || !moved) await clearAway(moved ? put : path).catch(() => undefined);
  });
  return true;
}

/** Puts an envelope into inbox/bad that came in one file with others: the file itself goes once all of them are handled. */
export async function keepBad(inbox: string, slotId: string, envelope: Uint8Array): Promise<void> {
  await takeTurn(async () => {
    await makeRoom(inbox, envelope.length);
    const path = pathIn(inbox, 'bad', nextBad(slotId, envelope.length));
    // On a full disk it is lost, like files that cannot be moved there.
    await writeFile(path, envelope, { flag: 'wx', mode: 0o600 }).catch(() => rm(path, { force: true }));
  });
}

/** The number of files in the quarantine. */
export async function countQuarantined(inbox: string): Promise<number> {
  return (await readdir(inboxFolder(inbox, 'bad'))).length;
}

let counter = 0;

function badName(name: string, { size }: Stats): string {
  const slotId = parseMessageName(name)?.slotId ?? '0'.repeat(16);
  return nextBad(slotId, limits.bucketBytes.some((bucket) => bucket === size) ? size : 0);
}

function nextBad(slotId: string, bytes: number): string {
  counter = (counter + 1) % 0x1_00_00_00;
  return messageName({ time: Date.now(), processId: process.pid, counter, slotId, bytes });
}

type Room = { files: number; bytes: number };

const takeTurn = createTurns();
/** The room left in each bad/ before the folder has to be read again: 100,000 bad files must not mean 100,000 reads. */
const rooms = new Map<string, Room>();

async function makeRoom(inbox: string, bytes: number): Promise<void> {
  let room = rooms.get(inbox);
  if (!room || room.files < 1 || room.bytes < bytes) room = await trim(inbox, bytes);
  rooms.set(inbox, { files: room.files - 1, bytes: room.bytes - bytes });
}

/** Removes the oldest files until a tenth of the quarantine is free, and `bytes` fit. */
async function trim(inbox: string, bytes: number): Promise<Room> {
  const mostFiles = Math.floor(limits.quarantineFiles * 0.9);
  const mostBytes = Math.min(limits.quarantineBytes * 0.9, limits.quarantineBytes - bytes);
  const used: Room = { files: 0, bytes: 0 };
  const names = (await readdir(inboxFolder(inbox, 'bad'), 'latin1')).toSorted().toReversed();
  // All at once: one after the other took most of the time that a heap of junk costs.
  const found = await Promise.all(names.map((name) => lstat(pathIn(inbox, 'bad', name)).catch(() => null)));
  const old: string[] = [];
  for (const [at, name] of names.entries()) {
    const size = found[at]?.size ?? 0;
    if (used.files < mostFiles && used.bytes + size <= mostBytes) {
      used.files += 1;
      used.bytes += size;
    } else old.push(name);
  }
  await Promise.all(old.map((name) => clearAway(pathIn(inbox, 'bad', name)).catch(() => undefined)));
  return { files: limits.quarantineFiles - used.files, bytes: limits.quarantineBytes - used.bytes };
}
