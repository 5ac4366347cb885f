import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import { clearAway } from '../disk/clear-away.ts';
import { listNames, syncFolder } from '../disk/files.ts';
import { takenInvites } from './deliver.ts';
import { ensureStored, inboxFolder } from './maildir.ts';

const blobBytes = limits.bucketBytes[0];
const invitePattern = /^[0-9a-f]{64}$/;
/** The folders of invites that may be picked up, and the folders with any trace of one. */
const offered = ['ready', 'cards'] as const;
const everywhere = ['ready', 'taken', 'cards'] as const;

/**
 * Places the 4096 bytes of an invite for the listener to hand out once. Does nothing when the invite is there already or was taken, so
 * the call can be repeated after a crash.
 */
export async function offerInvite(inbox: string, invite: string, blob: Uint8Array): Promise<void> {
  checkInvite(invite, blob);
  // In this order: the listener moves from ready to taken only, so an invite is never missed in both.
  const ready = await readdir(inboxFolder(inbox, 'ready'));
  if (ready.includes(invite) || (await takenInvites(inbox)).includes(invite)) return;
  await layOut(inbox, 'ready', invite, blob);
}

/** Places the 4096 bytes of a card for the listener to hand out any number of times, replacing the previous ones. */
export async function offerCard(inbox: string, invite: string, blob: Uint8Array): Promise<void> {
  checkInvite(invite, blob);
  await layOut(inbox, 'cards', invite, blob);
}

function checkInvite(invite: string, blob: Uint8Array): void {
  if (!invitePattern.test(invite) || blob.length !== blobBytes) throw new TypeError('not an invite');
}

function layOut(inbox: string, folder: 'ready' | 'cards', invite: string, blob: Uint8Array): Promise<void> {
  return ensureStored(inbox, join(inboxFolder(inbox, folder), invite), blob);
}

/** Removes an invite or a card; resolves when that is on the disk. If the invite is `kept`, the note that it was handed out stays. */
export async function withdrawInvite(inbox: string, invite: string, kept = false): Promise<void> {
  for (const folder of kept ? offered : everywhere) {
    const path = inboxFolder(inbox, folder);
    const names = (await readdir(path)).filter((name) => name.split('.')[0] === invite);
    for (const name of names) await clearAway(join(path, name));
    if (names.length > 0) await syncFolder(path);
  }
}

/**
 * Removes every invite and card except those that are `open`, and every note of handing out except for those that are `kept`: a crash
 * may have come between their end and withdrawInvite(). Anything that a listener put there and that cannot be removed stays.
 */
export async function withdrawOthers(
  inbox: string,
  names: { readonly open: readonly string[]; readonly kept: readonly string[] },
): Promise<void> {
  for (const folder of everywhere) {
    const path = inboxFolder(inbox, folder);
    const stay = folder === 'taken' ? names.kept : names.open;
    const ended = (await readdir(path)).filter((name) => !stay.includes(name.split('.')[0] ?? ''));
    for (const name of ended) await clearAway(join(path, name)).catch(() => undefined);
    if (ended.length > 0) await syncFolder(path);
  }
}

const namePattern = /^[0-9a-f]{64}$/;

/**
 * Tells the listener which links were used: inbox/invites/used then contains `used` alone, and notes about a link that is neither among
 * them nor `open` are removed. May be called again after a crash. PROTOCOL.md §9.
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

/** Links that were tried after another person took them. */
export async function triedLinks(inbox: string): Promise<readonly string[]> {
  return (await listNames(inboxFolder(inbox, 'tried'))).filter((name) => namePattern.test(name));
}

async function removeAllBut(
  inbox: string,
  folder: 'used' | 'tried',
  names: ReadonlySet<string>,
): Promise<void> {
  const path = inboxFolder(inbox, folder);
  for (const name of await readdir(path)) {
    if (!names.has(name)) await clearAway(join(path, name)).catch(() => undefined);
  }
}
