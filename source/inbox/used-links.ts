import { readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inboxFolder } from './maildir.ts';

const namePattern = /^[0-9a-f]{64}$/;

/**
 * Lets the listener know the links that were used: inbox/invites/used then contains `used` alone, and notes about a link that is neither
 * among them nor `open` are removed. May be called again after a crash. PROTOCOL.md §9.
 */
export async function keepUsed(
  inbox: string,
  { used, open }: { readonly used: readonly string[]; readonly open: readonly string[] },
): Promise<void> {
  const there = await readdir(inboxFolder(inbox, 'used'));
  for (const name of used) {
    if (!there.includes(name))
      await writeFile(join(inboxFolder(inbox, 'used'), name), '', { flag: 'wx', mode: 0o600 });
  }
  await removeAllBut(inbox, 'used', new Set(used));
  await removeAllBut(inbox, 'tried', new Set([...used, ...open]));
}

/** The links that somebody tried after another person took them. */
export async function triedLinks(inbox: string): Promise<readonly string[]> {
  return (await readdir(inboxFolder(inbox, 'tried'))).filter((name) => namePattern.test(name));
}

async function removeAllBut(
  inbox: string,
  folder: 'used' | 'tried',
  names: ReadonlySet<string>,
): Promise<void> {
  const path = inboxFolder(inbox, folder);
  for (const name of await readdir(path)) {
    if (!names.has(name)) await unlink(join(path, name)).catch(() => undefined);
  }
}
