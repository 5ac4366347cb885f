import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { parseAddress } from '../../core/address.ts';
import type { SetUp } from '../../core/door.ts';
import { ChatError } from '../../core/errors.ts';
import { checkName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { prepareInbox, syncFolder } from '../../inbox/maildir.ts';
import { makeKeyPair, makeRegistrationId } from '../../keys/identity.ts';
import { prepareKeysFolder } from '../../keys/guard.ts';
import { publicKeyPem, writePublicKeyPem } from '../../keys/pem.ts';
import { createVault } from '../../keys/vault.ts';
import { commit } from '../../store/commit.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { addIdentity, addSealKey } from '../../store/identities.ts';
import { writeSetting } from '../../store/settings.ts';
import { saveConfig } from './config.ts';
import type { Config } from './config.ts';
import { makeLastingPreKeys } from '../pairing/make-bundle.ts';
import { guardHome } from './guard-home.ts';
import { homeExists, homePaths } from './paths.ts';
import type { HomePaths } from './paths.ts';

/**
 * Makes a home: folders, settings, database with the first identity, vault. A set-up that was interrupted is begun
 * again from nothing. Answers the database key. Throws ChatError home-exists, name-bad, address-bad, disk-full.
 */
export async function setUpHome(options: { readonly home: string } & SetUp): Promise<Bytes> {
  const name = checkName(options.name);
  const paths = await makeFolders(options.home, options);
  return fillKeys(paths, options.passphrase, (part, key) => fillNew(part, key, name));
}

/**
 * Makes the folders and the settings of a home that is not there yet. Throws ChatError home-exists, address-bad, and
 * what guardHome throws.
 */
export async function makeFolders(home: string, config: Config): Promise<HomePaths> {
  const paths = homePaths(home);
  checkAddress(config.listen);
  if (config.address !== '') checkAddress(config.address);
  guardHome(home);
  if (homeExists(home)) throw new ChatError('home-exists', printableLine(home));
  await mkdir(paths.home, { recursive: true, mode: 0o700 });
  // Somebody may have made it since, in a folder like /tmp.
  guardHome(home);
  await prepareKeysFolder(paths.keys);
  await prepareInbox(paths.inbox);
  await saveConfig(paths.home, config);
  return paths;
}

function checkAddress(address: string): void {
  if (!parseAddress(address)) throw new ChatError('address-bad', printableLine(address));
}

/** What the home begins with: a new identity. */
async function fillNew(part: string, key: Bytes, name: string): Promise<Bytes> {
  const database = openDatabase(part, key);
  try {
    return await commit(database, () => fillDatabase(database, name));
  } finally {
    database.close();
  }
}

/**
 * The vault first, then the database under another name until it is whole: chat.db exists exactly when the home is set up.
 * `fill` makes the database at the path and with the key that it is given, closes it, and answers the identity's public key.
 */
export async function fillKeys(
  paths: HomePaths,
  passphrase: string | null,
  fill: (part: string, key: Bytes) => Promise<Bytes> | Bytes,
): Promise<Bytes> {
  await rm(paths.vault, { force: true });
  const key = await createVault(paths.keys, passphrase);
  const part = `${paths.database}.part`;
  for (const end of ['', '-wal', '-journal']) await rm(`${part}${end}`, { force: true });
  const publicKey = await fill(part, key);
  await writePublicKeyPem(paths.keys, publicKeyPem(publicKey.slice(1)));
  // Closing moves the log into the database; on a full disk it stays, and nothing says so.
  if (existsSync(`${part}-wal`)) throw new ChatError('disk-full');
  await rename(part, paths.database);
  await syncFolder(paths.keys);
  return key;
}

function fillDatabase(database: Database, name: string): Bytes {
  const now = Date.now();
  const identity = { epoch: 1, ...makeKeyPair() };
  writeSetting(database, 'name', name);
  writeSetting(database, 'registration-id', String(makeRegistrationId()));
  writeSetting(database, 'next-prekey-id', '1');
  addIdentity(database, { ...identity, createdAt: now, signedStatement: null });
  addSealKey(database, { epoch: 1, ...makeKeyPair() }, now);
  makeLastingPreKeys({ database, now }, identity);
  return identity.publicKey;
}
