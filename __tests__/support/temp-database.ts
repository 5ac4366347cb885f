import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Bytes } from '../../source/core/types.ts';
import { addContact, contactOf } from '../../source/store/contacts.ts';
import type { ContactRow, NewContact } from '../../source/store/contacts.ts';
import { openDatabase } from '../../source/store/database.ts';
import type { Database } from '../../source/store/database.ts';
import { tempFolder } from './temp-home.ts';

/** A new empty database; closed and removed when the test is over. */
export async function tempDatabase(): Promise<Database> {
  const database = openDatabase(join(await tempFolder(), 'chat.db'), randomKey());
  onTestFinished(() => database.close());
  return database;
}

/** 32 random bytes. */
export function randomKey(): Bytes {
  return new Uint8Array(randomBytes(32));
}

/** Bytes that follow from a name, so that a failure shows the same bytes again. */
export function bytesOf(name: string | number, length = 32): Bytes {
  return new Uint8Array(createHash('shake256', { outputLength: length }).update(String(name)).digest());
}

let count = 0;

/** A new contact that nothing was written to yet. */
export function newContact(database: Database, change: Partial<NewContact> = {}): ContactRow {
  count += 1;
  const id = addContact(database, {
    name: `contact ${count}`,
    alias: null,
    state: 'not-compared',
    address: '127.0.0.1:8080',
    epoch: 1,
    statementHash: null,
    theirSlot: bytesOf(`theirs ${count}`),
    mySlot: bytesOf(`mine ${count}`),
    followedEpoch: 1,
    createdAt: 1000,
    ...change,
  });
  return contactOf(database, id);
}
