import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { addContact } from '../source/store/contacts.ts';
import { openDatabase } from '../source/store/database.ts';
import type { Database } from '../source/store/database.ts';
import { addMessage } from '../source/store/messages.ts';
import { searchTexts } from '../source/store/search.ts';
import { sample, spread, type Spread } from './floor.ts';

const words =
  'the quick brown fox jumps over lazy dogs while nobody looks at seven wizards who boil quince jam'.split(
    ' ',
  );

/** Bytes that follow from a name. */
export function bytes(name: string, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('shake256', { outputLength: length }).update(name).digest());
}

/** Looks in a history of `count` messages for a word, and for two letters that are in none of them: the whole history is read. */
export async function searchIn(folder: string, count: number): Promise<{ word: Spread; nothing: Spread }> {
  const database = openDatabase(join(folder, 'search.db'), bytes('key', 32));
  fill(database, count);
  const look = (text: string) => async () => searchTexts(database, { text, contactId: null, last: 200 });
  const word = spread(await sample(50, look('WIZARDS who')));
  const nothing = spread(await sample(10, look('ß!')));
  database.close();
  return { word, nothing };
}

/** Stores `count` messages of one contact; answers who it is. */
export function fill(database: Database, count: number): number {
  const contactId = addContact(database, {
    name: 'bob',
    alias: null,
    state: 'not-compared',
    address: '',
    epoch: 1,
    statementHash: null,
    theirSlot: bytes('theirs', 32),
    mySlot: bytes('mine', 32),
    followedEpoch: 1,
    createdAt: 1,
  });
  database.run('BEGIN');
  for (let seq = 1; seq <= count; seq += 1) {
    const picks = bytes(String(seq), 12);
    const text = [...picks].map((pick) => words[pick % words.length]).join(' ');
    addMessage(database, {
      contactId,
      direction: 'in',
      id: bytes(`id ${seq}`, 16),
      kind: 'text',
      seq,
      text,
      state: 'received',
      sentAt: seq,
      receivedAt: seq,
    });
  }
  database.run('COMMIT');
  return contactId;
}
