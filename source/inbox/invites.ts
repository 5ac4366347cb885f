import { randomUUID } from 'node:crypto';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import { ignoreMissing, syncFolder } from '../disk/files.ts';
import { takenInvites } from './deliver.ts';
import { inboxFolder, storeFile } from './maildir.ts';

const blobBytes = limits.bucketBytes[0];
const invitePattern = /^[0-9a-f]{64}$/;
/** Where an invite lies that may be picked up, and where any trace of one is. */
const offered = ['ready', 'cards'] as const;
const everywhere = ['ready', 'taken', 'cards'] as const;

/**
 * Lays the 4096 bytes of an invite out for the listener to hand out once. Does nothing when the invite lies there already
 * or was taken, so that it may be called again after a crash.
 */
export async function offerInvite(inbox: string, invite: string, blob: Uint8Array): Promise<void> {
  checkInvite(invite, blob);
  // In this order: the listener moves from ready to taken only, so an invite is never missed in both.
  const ready = await readdir(inboxFolder(inbox, 'ready'));
  if (ready.includes(invite) || (await takenInvites(inbox)).includes(invite)) return;
  await layOut(inbox, 'ready', invite, blob);
}

/** Lays the 4096 bytes of a card out for the listener to hand out any number of times, in place of those before. */
export async function offerCard(inbox: string, invite: string, blob: Uint8Array): Promise<void> {
  checkInvite(invite, blob);
  await layOut(inbox, 'cards', invite, blob);
}

function checkInvite(invite: string, blob: Uint8Array): void {
  if (!invitePattern.test(invite) || blob.length !== blobBytes) throw new TypeError('not an invite');
}

function layOut(inbox: string, folder: 'ready' | 'cards', invite: string, blob: Uint8Array): Promise<void> {
  return storeFile(inbox, `invite.${randomUUID()}`, join(inboxFolder(inbox, folder), invite), blob);
}

/**
 * Removes an invite or a card; resolves when that is on the disk. Of one that is `kept` it stays noted that it was handed out.
 */
export async function withdrawInvite(inbox: string, invite: string, kept = false): Promise<void> {
  for (const folder of kept ? offered : everywhere) {
    const path = inboxFolder(inbox, folder);
    const names = (await readdir(path)).filter((name) => name.split('.')[0] === invite);
    for (const name of names) await unlink(join(path, name)).catch(ignoreMissing);
    if (names.length > 0) await syncFolder(path);
  }
}

/**
 * Removes every invite and card but those that are `open`, and notes of handing out but of those that are `kept`: a crash may have
 * come between their end and withdrawInvite(). What a listener put there that cannot be removed stays.
 */
export async function withdrawOthers(
  inbox: string,
  names: { readonly open: readonly string[]; readonly kept: readonly string[] },
): Promise<void> {
  for (const folder of everywhere) {
    const path = inboxFolder(inbox, folder);
    const stay = folder === 'taken' ? names.kept : names.open;
    const ended = (await readdir(path)).filter((name) => !stay.includes(name.split('.')[0] ?? ''));
    for (const name of ended) await unlink(join(path, name)).catch(() => undefined);
    if (ended.length > 0) await syncFolder(path);
  }
}
