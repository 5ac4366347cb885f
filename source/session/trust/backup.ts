import { randomBytes } from 'node:crypto';
import { lstat, open, realpath, rm } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';
import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { codeOf, giveName, syncFolder } from '../../disk/files.ts';
import { fromBase64url, toBase64url } from '../../core/bytes.ts';
import { concat } from '../../protocol/bytes.ts';
import { signRevocation } from '../../protocol/revoke.ts';
import { fillBackup } from '../../store/backup.ts';
import { currentIdentity } from '../../store/identities.ts';
import type { Context } from '../work/work.ts';
import { fileFailure } from '../home/key-file.ts';

/** A backup to make: an absolute path, and key (32 bytes) and salt (16) as base64url. */
type BackupAsk = { readonly file: string; readonly key: string; readonly salt: string };

/**
 * Writes everything that a home cannot make again into a new file: whole and synced, or not at all. It is the home of one
 * moment. Throws ChatError backup-place, file-exists, file-failed, disk-full. PROTOCOL.md §12.
 */
export async function backup(context: Context, { file, key, salt }: BackupAsk): Promise<null> {
  const bytes = readKey(key, salt);
  await checkPlace(context, file);
  const part = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    await write(context, part, bytes);
    await give(part, file);
  } catch (error) {
    throw fileFailure(file, error);
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
  return null;
}

function readKey(key: string, salt: string): Bytes {
  const [keyBytes, saltBytes] = [fromBase64url(key), fromBase64url(salt)];
  if (keyBytes?.length === 32 && saltBytes?.length === 16) return concat(keyBytes, saltBytes);
  throw new ChatError('usage', 'a backup needs a key of 32 bytes and a salt of 16');
}

/** Refuses a file in keys/ or inbox/, which would be lost with the home. Follows all links to find the real place of the file. */
async function checkPlace({ paths }: Context, file: string): Promise<void> {
  if (!isAbsolute(file)) throw new ChatError('usage', 'a backup needs an absolute path');
  const folder = await realpath(dirname(file)).catch((error: unknown) => {
    throw fileFailure(file, error);
  });
  for (const own of [paths.keys, paths.inbox]) {
    const way = relative(await realpath(own), folder);
    if (way === '' || !/^\.\.(?:\/|$)/u.test(way)) throw new ChatError('backup-place', printableLine(own));
  }
  if (await isThere(file)) throw new ChatError('file-exists', printableLine(file));
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/** Writes a file that only its owner can read, even before there is anything in it. */
async function write(context: Context, part: string, key: Bytes): Promise<void> {
  await (await open(part, 'wx', 0o600)).close();
  await context.takeTurn(() => fill(context, part, key));
  const file = await open(part, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function fill({ configured: config, database }: Context, file: string, key: Bytes): void {
  const now = Date.now();
  const { publicKey, privateKey } = currentIdentity(database);
  fillBackup(
    database,
    { file, key },
    {
      'backed-up-at': String(now),
      listen: config.listen,
      address: config.address,
      'keep-listening': String(config.keepListening),
      lend: String(config.lend),
      proxy: config.proxy,
      onion: String(config.onion === true),
      'map-port': String(config.mapPort === true),
      revocation: toBase64url(signRevocation({ time: now, identity: publicKey }, privateKey)),
    },
  );
}

/** Gives the file its name, unless something else has it. */
async function give(part: string, file: string): Promise<void> {
  try {
    await giveName(part, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new ChatError('file-exists', printableLine(file));
    throw error;
  }
  await syncFolder(dirname(file));
}
