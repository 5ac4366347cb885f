import { chmod, lstat, readdir, rename, rm } from 'node:fs/promises';
import { codeOf } from './files.ts';

/**
 * Removes whatever is at `path`, even an unreadable folder with everything in it; does not follow a link. A missing path is not a
 * failure. Throws the system's error when something stays.
 */
export async function clearAway(path: string | Buffer): Promise<void> {
  const all = { recursive: true, force: true };
  try {
    await rm(path, all);
  } catch {
    await openFolders(Buffer.from(path));
    await rm(path, all);
  }
}

/** Gives this user every right in its own folder, and in the folders below it. */
async function openFolders(path: Buffer): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (!found?.isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path, 'buffer'))
    await openFolders(Buffer.concat([path, Buffer.from('/'), name]));
}

/** Renames a file to `path`, and removes a folder that is in the way: rename does not replace one. Throws the system's errors. */
export async function renameOver(part: string, path: string): Promise<void> {
  try {
    await rename(part, path);
  } catch (error) {
    if (codeOf(error) !== 'EISDIR') throw error;
    await clearAway(path);
    await rename(part, path);
  }
}
