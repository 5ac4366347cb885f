import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, opendirSync, openSync, readSync, writeSync } from 'node:fs';
import { link, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts `text` at `path` (0600), whole or not at all: write, sync, rename, sync of the folder. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await place(path, text, (part) => rename(part, path));
}

/** Like replaceFile(), but a private file that has this text stays: then only the folder is synced, because its name may be new. */
export async function ensureFile(path: string, text: string): Promise<void> {
  if (hasContent(path, Buffer.from(text))) await syncFolder(dirname(path));
  else await replaceFile(path, text);
}

/** True for a regular file of this user that nobody else may use (0600), with no second name and exactly these bytes; never throws. */
export function hasContent(path: string, content: Uint8Array): boolean {
  try {
    const file = openSync(path, plainly);
    try {
      const found = fstatSync(file);
      const isOwn = found.isFile() && found.uid === process.geteuid?.() && found.nlink === 1;
      if (!isOwn || (found.mode & 0o7777) !== 0o600 || found.size !== content.length) return false;
      return readWhole(file, Buffer.alloc(content.length + 1))?.equals(content) ?? false;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** Like replaceFile(), but returns false and changes nothing when there is something at `path` already. */
export async function createFile(path: string, content: string | Uint8Array): Promise<boolean> {
  try {
    await place(path, content, (part) => giveName(part, path));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Makes an empty new file (0600) to reserve its name and prove that it can be written: for content that cannot be produced twice. `fill`
 * puts the content into it, synced; `drop` removes it. Throws the system's errors, EEXIST when there is something at `path`.
 */
export async function reserveFile(
  path: string,
): Promise<{ readonly fill: (content: Uint8Array) => Promise<void>; readonly drop: () => Promise<void> }> {
  const file = await open(path, 'wx', 0o600);
  return {
    async fill(content) {
      await file.writeFile(content);
      await file.sync();
      await file.close();
      await syncFolder(dirname(path));
    },
    async drop() {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

/** The error codes of file systems without hard links (FAT, on most memory sticks): use a rename there. */
const linkless: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Gives the file `part` another name, unless something has that name: then it throws EEXIST. The names are on the disk after syncFolder(). */
export async function giveName(part: string, path: string): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    if (!linkless.has(codeOf(error))) throw error;
    const isTaken = await lstat(path).then(
      () => true,
      () => false,
    );
    if (isTaken) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
    await rename(part, path);
  }
}

async function place(
  path: string,
  content: string | Uint8Array,
  move: (part: string) => Promise<void>,
): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await writeSynced(part, content);
    await move(part);
  } finally {
    await rm(part, { force: true });
  }
  await syncFolder(dirname(path));
}

/**
 * Writes a new file (0600) and resolves when all of its content is on the disk; its name is on the disk after syncFolder(). Throws if
 * the file exists.
 */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    // Into the system's memory; a trip to another thread would take longer than this.
    writeAll(file.fd, typeof content === 'string' ? Buffer.from(content) : content);
    // Not fs.fsync and not {flush: true}: both throw under node --permission.
    await file.sync();
  } finally {
    // Nobody waits for this: what is synced stays, and what failed is thrown.
    file.close().catch(() => undefined);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += writeSync(file, bytes, at));
}

/** Flushes the names in a folder to the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    folder.close().catch(() => undefined);
  }
}

/** Flags to open a file for reading, without following a link at its path (ELOOP) or waiting for the writer of a pipe. */
export const plainly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A folder with at most this many entries is listed at once. */
const listedAtOnce = 64;

/**
 * The names in a folder, in no order, one character for each byte of a name. Few names take 0.1 ms without a trip to another thread;
 * 100,000 take 0.1 s, all but 25 ms of it in another thread.
 */
export async function listNames(folder: string): Promise<readonly string[]> {
  return listFew(folder) ?? readdir(folder, 'latin1');
}

/** The names in a folder; null if there are many. */
function listFew(folder: string): readonly string[] | null {
  const listing = opendirSync(folder, { encoding: 'latin1', bufferSize: listedAtOnce + 1 });
  try {
    const names: string[] = [];
    for (let entry = listing.readSync(); entry; entry = listing.readSync()) {
      if (names.length === listedAtOnce) return null;
      names.push(entry.name);
    }
    return names;
  } finally {
    listing.closeSync();
  }
}

/**
 * The content of a regular file of at most `most` bytes; null for anything else at `path`, including a link, and for a file that grows by
 * more than 4 KiB meanwhile. Throws the system's errors, including ENOENT. A small file is read at once: four trips to another thread would take ten times as long.
 */
export async function readBounded(path: string, most: number): Promise<Buffer | null> {
  const file = openOrNull(path);
  if (file === null) return null;
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size > most) return null;
    return readWhole(file, Buffer.alloc(Math.min(found.size + growsBytes, most) + 1));
  } finally {
    closeSync(file);
  }
}

/** How much a file that another program appends to may grow while it is read. */
const growsBytes = 4096;

/** The content of a file that `room` is larger than; null when it has grown beyond that meanwhile. */
function readWhole(file: number, room: Buffer): Buffer | null {
  let length = 0;
  for (let more = -1; more !== 0 && length < room.length; length += more)
    more = readSync(file, room, length, room.length - length, length);
  return length < room.length ? room.subarray(0, length) : null;
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, plainly);
  } catch (error) {
    return nullForOthers(error);
  }
}

/** Null for the system errors that a link causes, or a socket or device without a server; throws any other. */
function nullForOthers(error: unknown): null {
  if (['ELOOP', 'EMLINK', 'ENXIO'].includes(codeOf(error))) return null;
  throw error;
}

/** For `catch`: a missing file is not a failure. */
export function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** The system's code of an error, such as ENOENT; empty for any other error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
