import { createHash, randomUUID } from 'node:crypto';
import { access, constants, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import { inboxFolder, storeFile, syncFolder } from './maildir.ts';

const blobBytes = limits.bucketBytes[0];
const invitePattern = /^[0-9a-f]{64}$/;
/** Where an invite lies that may be picked up, and where any trace of one is. */
const offered = ['ready', 'cards'] as const;
const everywhere = ['ready', 'taken', 'cards'] as const;
const takenPattern = /^([0-9a-f]{64})\.([0-9a-f]{32})$/;

/** H, the file name of an invite: hex SHA-256 of the 32 bytes of the pickup key. PROTOCOL.md §8. */
export function inviteName(pickup: Uint8Array): string {
  return createHash('sha256').update(pickup).digest('hex');
}

/** N, the name of one joiner: hex of the first 16 bytes of SHA-256 of the nonce header, text as sent. */
export function joinerName(nonce: string): string {
  return createHash('sha256').update(nonce).digest('hex').slice(0, 32);
}

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

/** The invites that were handed out and not withdrawn since. */
export async function takenInvites(inbox: string): Promise<readonly string[]> {
  const names = await readdir(inboxFolder(inbox, 'taken'));
  return names.flatMap((name) => takenPattern.exec(name)?.[1] ?? []);
}

/**
 * Hands a card out to everybody, and an invite to the first joiner who asks; the same joiner gets the same bytes again,
 * every other one null. The rename decides: of any number of listeners one wins. Bytes come back only when that is on the disk.
 */
export async function handOut(inbox: string, invite: string, joiner: string): Promise<Uint8Array | null> {
  const name = `${invite}.${joiner}`;
  if (!takenPattern.test(name)) return null;
  const card = await readBlob(join(inboxFolder(inbox, 'cards'), invite));
  if (card) return card;
  const taken = join(inboxFolder(inbox, 'taken'), name);
  await rename(join(inboxFolder(inbox, 'ready'), invite), taken).catch(ignoreMissing);
  const blob = await readBlob(taken);
  if (!blob) return noteTry(inbox, invite);
  // Also when it was taken before: that listener may have died before its own sync.
  await syncFolder(inboxFolder(inbox, 'taken'));
  await syncFolder(inboxFolder(inbox, 'ready'));
  return blob;
}

/** Leaves a mark, once, that somebody asked for what somebody else took; of what never was there nothing is kept. */
async function noteTry(inbox: string, invite: string): Promise<null> {
  const isUsed = await access(join(inboxFolder(inbox, 'used'), invite)).then(
    () => true,
    () => false,
  );
  if (!isUsed && !(await takenInvites(inbox)).includes(invite)) return null;
  const mark = await open(join(inboxFolder(inbox, 'tried'), invite), 'wx', 0o600).catch(() => null);
  await mark?.close();
  return null;
}

async function readBlob(path: string): Promise<Uint8Array | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    ignoreMissing,
  );
  if (!file) return null;
  try {
    const found = await file.stat();
    return found.isFile() && found.size === blobBytes ? await file.readFile() : null;
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
