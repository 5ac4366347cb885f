import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';

const groupAndOthers = 0o077;

/** Makes the keys folder for a first set-up, for this user alone; a checkout contains one that others can read. */
export async function prepareKeysFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await chmod(folder, 0o700);
}

/**
 * Refuses a folder that others could have read or changed: the folder, or any file in it but README.md, belongs to another user or has a
 * bit for group or others. Also keeps this process from creating anything with such a bit. Throws ChatError folder-owner, folder-open.
 */
export async function guardFolder(folder: string): Promise<void> {
  process.umask(groupAndOthers);
  refuse(folder, await stat(folder));
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = name === 'README.md' ? null : await look(path);
    if (found) refuse(path, found);
  }
}

/** Refuses a path like guardFolder(), but not its contents; a missing one is fine. Throws ChatError folder-owner, folder-open. */
export async function guardPath(path: string): Promise<void> {
  process.umask(groupAndOthers);
  const found = await look(path);
  if (found) refuse(path, found);
}

/** Removes other users' rights from this user's file, in case an editor made it with its usual mode; anything else stays as it is. */
export async function closeOwnFile(path: string): Promise<void> {
  const found = await look(path);
  if (!found?.isFile() || found.uid !== process.getuid?.()) return;
  if ((found.mode & groupAndOthers) !== 0) await chmod(path, found.mode & 0o700);
}

/** Describes a link itself, not its target; null for a file that is gone by now, for example because it is being replaced. */
async function look(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function refuse(path: string, { uid, mode }: Stats): void {
  const self = process.getuid?.();
  if (self !== undefined && uid !== self) throw new ChatError('folder-owner', printableLine(path));
  if ((mode & groupAndOthers) !== 0) throw new ChatError('folder-open', printableLine(path));
}
