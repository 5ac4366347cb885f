import type { SetUp } from '../../core/door.ts';
import { checkName } from '../../core/names.ts';
import type { Bytes } from '../../core/types.ts';
import { makeKeyPair, makeRegistrationId } from '../../keys/identity.ts';
import { commit } from '../../store/commit.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { addIdentity, addSealKey } from '../../store/identities.ts';
import { writeSetting } from '../../store/settings.ts';
import { beginHome } from './begin-home.ts';
import { makeLastingPreKeys } from '../keyring/make-bundle.ts';

/**
 * Makes a home: folders, settings, database with the first identity, vault. Returns the database key. Throws ChatError name-bad and the
 * errors of beginHome().
 */
export async function setUpHome(options: { readonly home: string } & SetUp): Promise<Bytes> {
  const name = checkName(options.name);
  return beginHome(options, (part, key) => fillNew(part, key, name));
}

/** Fills the database of a new home with a new identity. */
async function fillNew(part: string, key: Bytes, name: string): Promise<Bytes> {
  const database = openDatabase(part, key);
  try {
    return await commit(database, () => fillDatabase(database, name));
  } finally {
    database.close();
  }
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
