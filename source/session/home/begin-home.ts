import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { bindingOf, isOwnAddress } from '../../core/place.ts';
import { asFailure, ChatError, systemWords } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { syncFolder } from '../../disk/files.ts';
import { letGoInbox, prepareInbox } from '../../inbox/maildir.ts';
import { prepareKeysFolder } from '../../keys/guard.ts';
import { publicKeyPem, writePublicKeyPem } from '../../keys/pem.ts';
import { createVault } from '../../keys/vault.ts';
import { lockFile } from '../../store/lock-file.ts';
import { saveConfig, type NewConfig } from './config.ts';
import { guardHome } from './guard-home.ts';
import { makeFolders } from './make-folders.ts';
import { homeExists, homePaths, refuseToMake, type HomePaths } from '../control/home-paths.ts';

/** The things that a home begins with besides its database; `passphrase` null means none. */
type Beginning = { readonly home: string; readonly passphrase: string | null } & NewConfig;

/** Makes the database at the given path with the given key, closes it, and returns the identity's public key. */
type Fill = (part: string, key: Bytes) => Promise<Bytes> | Bytes;

/**
 * Makes a home where there is none, one process at a time. Starts over an interrupted one; the lock file shows that it was interrupted, and
 * stays until the home is whole: a vault without the lock file is the key of a history, and is never touched. Returns the database key.
 * Throws ChatError home-exists, home-busy, database-lost, address-bad, home-unmakeable, disk-full, and the errors of guardHome().
 */
export async function beginHome(beginning: Beginning, fill: Fill): Promise<Bytes> {
  const { home } = beginning;
  const paths = homePaths(home);
  checkAddresses(beginning);
  guardHome(home);
  refuseToMake(home);
  makeHomeFolder(paths.home);
  // Another user may have made it since, in a folder like /tmp.
  guardHome(home);
  await prepareKeysFolder(paths.keys);
  const free = lockFile(paths.beginning);
  if (!free) throw new ChatError('home-busy');
  try {
    if (homeExists(home)) throw new ChatError('home-exists', printableLine(home));
    // An older home at this path is not this one.
    letGoInbox(paths.inbox);
    await prepareInbox(paths.inbox);
    await saveConfig(paths.home, beginning);
    return await fillKeys(paths, beginning.passphrase, fill);
  } finally {
    if (homeExists(home)) await rm(paths.beginning, { force: true });
    free();
  }
}

function makeHomeFolder(home: string): void {
  try {
    makeFolders(home);
  } catch (error) {
    const failure = asFailure(error);
    if (!(failure instanceof ChatError) || failure.code !== 'disk-failed') throw failure;
    throw new ChatError('home-unmakeable', systemWords(error as Error));
  }
}

function checkAddresses({ listen, address }: Beginning): void {
  if (!bindingOf(listen)) throw new ChatError('address-bad', printableLine(listen));
  if (address !== '' && !isOwnAddress(address)) throw new ChatError('address-bad', printableLine(address));
}

/** The vault first, then the database under another name until it is whole: chat.db exists exactly when the home is set up. */
async function fillKeys(paths: HomePaths, passphrase: string | null, fill: Fill): Promise<Bytes> {
  await rm(paths.vault, { force: true });
  const key = await createVault(paths.keys, passphrase);
  const part = `${paths.database}.part`;
  for (const end of ['', '-wal', '-journal']) await rm(`${part}${end}`, { force: true });
  const publicKey = await fill(part, key);
  await writePublicKeyPem(paths.keys, publicKeyPem(publicKey.slice(1)));
  // Closing moves the log into the database; on a full disk the log stays, without an error.
  if (existsSync(`${part}-wal`)) throw new ChatError('disk-full');
  await rename(part, paths.database);
  await syncFolder(paths.keys);
  return key;
}
