import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { chmod, lstat, readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { limits } from '../core/limits.ts';
import { clearAway, renameOver } from '../disk/clear-away.ts';
import { hasContent, syncFolder, writeSynced } from '../disk/files.ts';
import { folders, inboxFiles, inboxFolders } from './layout.ts';

/** The path of one folder of the inbox. Throws EREPLACED when the inbox is held and has been replaced by another one. */
export function inboxFolder(inbox: string, folder: keyof typeof folders): string {
  const path = join(inbox, folders[folder]);
  checkPaths(inbox, [inbox, dirname(path), path]);
  return path;
}

/** The path of a file with a fixed name in the inbox. Throws as inboxFolder(). */
export function inboxFile(inbox: string, file: keyof typeof inboxFiles): string {
  checkPaths(inbox, [inbox]);
  return join(inbox, inboxFiles[file]);
}

/** The folders that make up the inboxes that are held: path → device and inode. */
const held = new Map<string, ReadonlyMap<string, string>>();

/**
 * Holds an inbox that is prepared: from now on this process reads, stores and removes nothing in it once one of its folders was removed, or
 * replaced by another one or by a link. Holding it again accepts its current state.
 */
export function holdInbox(inbox: string): void {
  const paths = [inbox, ...inboxFolders.map((folder) => join(inbox, folder))];
  held.set(inbox, new Map(paths.map((path) => [path, identityOf(path)])));
}

/** Stops holding an inbox. */
export function letGoInbox(inbox: string): void {
  held.delete(inbox);
}

/** Throws EREPLACED when any folder of an inbox that is held has changed its identity. */
export function checkInbox(inbox: string): void {
  checkPaths(inbox, [...(held.get(inbox)?.keys() ?? [])]);
}

function checkPaths(inbox: string, paths: readonly string[]): void {
  const identities = held.get(inbox);
  if (!identities) return;
  for (const path of paths) {
    if (identityOf(path) === identities.get(path)) continue;
    throw Object.assign(new Error(`${path} was replaced`), { code: 'EREPLACED', syscall: 'lstat', path });
  }
}

function identityOf(path: string): string {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isDirectory() ? `${found.dev} ${found.ino}` : 'no folder';
}

/**
 * Makes the inbox and its folders, private (0700) whatever the umask, and removes abandoned part files. Throws when one of them is
 * something other than a folder: a link there would lead both programs elsewhere. The folders of an inbox that is held are only checked.
 */
export async function prepareInbox(inbox: string): Promise<void> {
  if (held.has(inbox)) checkInbox(inbox);
  else await makeInboxFolders(inbox);
  await sweepParts(inboxFolder(inbox, 'tmp'), Date.now() - limits.partFileLifeMs);
}

/** Makes an inbox and its folders, or these, private (0700); nothing is removed. Throws as prepareInbox(). */
export async function makeInboxFolders(inbox: string, made = inboxFolders): Promise<void> {
  for (const path of [inbox, ...made.map((folder) => join(inbox, folder))]) {
    // At once: twenty trips to another thread would take longer.
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const found = lstatSync(path);
    if (!found.isDirectory())
      throw Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR', syscall: 'lstat', path });
    if ((found.mode & 0o777) !== 0o700) await chmod(path, 0o700);
  }
}

async function sweepParts(tmp: string, before: number): Promise<void> {
  for (const name of await readdir(tmp, 'buffer')) {
    const path = Buffer.concat([Buffer.from(`${tmp}/`), name]);
    const found = await lstat(path).catch(() => null);
    // Leave a file that cannot be removed: no file there must keep anybody out.
    if (found && found.mtimeMs < before) await clearAway(path).catch(() => undefined);
  }
}

/**
 * Like storeFile() for a file that is written again and again; one that has these bytes already stays, and only its folder is synced: the
 * client that renamed it may have died before that.
 */
export async function ensureStored(inbox: string, target: string, bytes: Uint8Array): Promise<void> {
  if (!hasContent(target, bytes))
    return storeFile(inbox, `${basename(target)}.${randomUUID()}`, target, bytes);
  await syncFolder(dirname(target));
  checkInbox(inbox);
}

/**
 * Puts `bytes` at `target`, whole or not at all while the machine runs; one that crashes may lose them. Nothing waits for the disk, and no
 * other thread wakes for a few bytes.
 */
export async function storeHint(
  inbox: string,
  part: string,
  target: string,
  bytes: Uint8Array,
): Promise<void> {
  const path = join(inboxFolder(inbox, 'tmp'), part);
  try {
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
    checkInbox(inbox);
    await renameOver(path, target);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/**
 * Puts `bytes` at `target` so that a crash leaves all of it or nothing: write and sync tmp/`part`, rename, sync the folder. Resolves
 * when file and name are on the disk. A folder in its place is removed. On a failure nothing of it is left, and the error is thrown on.
 */
export async function storeFile(
  inbox: string,
  part: string,
  target: string,
  bytes: Uint8Array,
): Promise<void> {
  const path = join(inboxFolder(inbox, 'tmp'), part);
  try {
    await writeSynced(path, bytes);
    checkInbox(inbox);
    await renameOver(path, target);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
  try {
    await syncFolder(dirname(target));
    checkInbox(inbox);
  } catch (error) {
    await unlink(target).catch(() => undefined);
    throw error;
  }
}
