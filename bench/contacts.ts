import { randomBytes } from 'node:crypto';
import { authorise, digestOf, envelopeType, postPath } from '../source/core/request.ts';
import { tableOf } from '../source/inbox/slots.ts';
import { makeKeyPair } from '../source/keys/identity.ts';
import { openVault } from '../source/keys/vault.ts';
import { admit } from '../source/listener/admit.ts';
import { homePaths } from '../source/session/control/home-paths.ts';
import { newSlotKey, slotList } from '../source/session/work/slots.ts';
import { pinKey } from '../source/store/contact-keys.ts';
import { addContact, allContacts } from '../source/store/contacts.ts';
import { openDatabase, type Database } from '../source/store/database.ts';
import { sample, spread, type Spread } from './floor.ts';

/** Opens the database of a home without a passphrase, which no program holds. */
export async function openDatabaseOf(home: string): Promise<Database> {
  const { database, keys } = homePaths(home);
  return openDatabase(database, await openVault(keys, null));
}

/** Gives a home `count` more contacts, who never write. */
export async function crowd(home: string, count: number): Promise<void> {
  const database = await openDatabaseOf(home);
  database.run('BEGIN');
  for (let index = 0; index < count; index += 1) addStranger(database, index);
  database.run('COMMIT');
  database.close();
}

function addStranger(database: Database, index: number): void {
  const contactId = addContact(database, {
    name: `contact ${index}`,
    alias: null,
    state: 'not-compared',
    address: '127.0.0.1:9',
    epoch: 1,
    statementHash: null,
    theirSlot: newSlotKey(database),
    mySlot: newSlotKey(database),
    followedEpoch: 1,
    createdAt: 1,
  });
  const { publicKey: identity } = makeKeyPair();
  pinKey(database, { contactId, epoch: 1, identity, sealKey: makeKeyPair().publicKey }, 1);
}

/** The time that the listener of a home needs to decide about one POST, in ms. */
export async function admitIn(home: string): Promise<Spread> {
  const database = await openDatabaseOf(home);
  const [contact] = allContacts(database);
  const table = tableOf(slotList(database));
  database.close();
  if (!contact) throw new Error('the home has no contact');
  const body = randomBytes(4096);
  const post = {
    path: postPath(1),
    nonce: randomBytes(16).toString('base64url'),
    digest: digestOf(body),
  };
  const headers = {
    host: ['127.0.0.1:8080'],
    'content-type': [envelopeType],
    'content-length': [String(body.length)],
    'content-digest': [post.digest],
    'x-cc-auth': [authorise(contact.mySlot, post)],
  };
  const request = { method: 'POST', path: post.path, httpVersion: '1.1', headers, headerCount: 5 };
  const usage = { files: 0, bytes: 0, slots: new Map(), diskBytes: Infinity };
  const ask = async (): Promise<void> => {
    if (admit(request, table, usage).kind !== 'store') throw new Error('the listener took nothing');
  };
  // Warm up until the code is compiled.
  await sample(10_000, ask);
  return spread(await sample(2000, ask));
}
