import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { prepareInbox } from '../../source/inbox/maildir.ts';

/** A new empty folder with a path that is short enough for UNIX sockets; removed when the test is over. */
export function tempFolder(): Promise<string> {
  return newFolder(tmpdir());
}

/** The same on a disk, where `tempFolder` may lie in memory (memory.ts). */
export function diskFolder(): Promise<string> {
  return newFolder(process.env['DISK_TMPDIR'] ?? tmpdir());
}

async function newFolder(place: string): Promise<string> {
  const path = await mkdtemp(join(await realpath(place), 'cc-'));
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return path;
}

/** A new prepared inbox, as `<home>/inbox`; removed when the test is over. */
export async function tempInbox(): Promise<string> {
  const inbox = join(await tempFolder(), 'inbox');
  await prepareInbox(inbox);
  return inbox;
}
