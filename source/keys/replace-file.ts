import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts `text` at `path` (0600), whole or not at all: write, sync, rename, sync of the folder. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await place(path, text, (part) => rename(part, path));
}

/** As replaceFile(), but answers false, and changes nothing, when there is something at `path` already. */
export async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await place(path, text, (part) => link(part, path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function place(path: string, text: string, move: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await move(part);
  } finally {
    await rm(part, { force: true });
  }
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
