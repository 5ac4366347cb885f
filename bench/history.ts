import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { limits } from '../source/core/limits.ts';
import { viewConversation } from '../source/session/people/window.ts';
import { addContact } from '../source/store/contacts.ts';
import { openDatabase, type Database } from '../source/store/database.ts';
import { eraseLog, eraseRemains, fileBytes } from '../source/store/forget.ts';
import { addMessage, eraseMessage } from '../source/store/messages.ts';
import { searchTexts } from '../source/store/search.ts';
import { sample, spread, type Spread } from './floor.ts';

const words =
  'the quick brown fox jumps over lazy dogs while nobody looks at seven wizards who boil quince jam'.split(
    ' ',
  );

/** The costs of a conversation of some length: one of its windows, a message that arrives, a search, and deleting one message. */
export type HistoryCost = {
  readonly page: Spread;
  readonly arrival: Spread;
  readonly word: Spread;
  /** A search for two letters that only the oldest message has. */
  readonly letters: Spread;
  /** ms until a message is deleted and what it leaves is cleared, as far as that is done at once. */
  readonly eraseMs: number;
};

/** Bytes that follow from a name. */
export function bytes(name: string, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('shake256', { outputLength: length }).update(name).digest());
}

/** Measures a conversation of `count` messages; the windows are spread over all of it. */
export async function historyIn(folder: string, count: number): Promise<HistoryCost> {
  const database = openDatabase(join(folder, `history-${count}.db`), bytes('key', 32));
  const contactId = fill(database, count);
  eraseLog(database);
  const rounds = 100;
  const page = await sample(rounds, async (round) => {
    const row = 1 + Math.floor(((count - 1) * round) / rounds);
    viewConversation({ database, windows: new Map([[contactId, row]]) }, contactId, undefined);
  });
  const look = (text: string) => async () => searchTexts(database, { text, contactId: null, last: 200 });
  const word = await sample(50, look('WIZARDS who'));
  const letters = await sample(20, look('}{'));
  const arrival = await sample(rounds, async (round) => arrive(database, contactId, count + 1 + round));
  const [eraseMs = 0] = await sample(1, async () => erase(database, Math.ceil(count / 2)));
  database.close();
  return {
    page: spread(page),
    arrival: spread(arrival),
    word: spread(word),
    letters: spread(letters),
    eraseMs,
  };
}

function fill(database: Database, count: number): number {
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
  add(database, { contactId, seq: 2 * count + block, text: 'the oldest row }{ has this' });
  const oneByOne = Math.min(count, block);
  for (let seq = 1; seq <= oneByOne; seq += 1) {
    const picks = bytes(String(seq), 12);
    add(database, { contactId, seq, text: [...picks].map((pick) => words[pick % words.length]).join(' ') });
  }
  if (count > block) copyBlocks(database, count);
  database.run('COMMIT');
  return contactId;
}

/** The messages that are stored one by one; more are copies of them, with seqs of their own. */
const block = 10_000;

/** Copies the first block until there are `count`: one by one, or with SQLite's small cache, a million takes minutes. */
function copyBlocks(database: Database, count: number): void {
  const { cache_size: usual } = database.get<{ cache_size: number }>('PRAGMA cache_size') ?? {
    cache_size: 0,
  };
  database.all('PRAGMA cache_size = -600000');
  for (let from = block; from < count; from += block)
    database.run(
      `INSERT INTO messages (contact_id, direction, id, kind, seq, place, text, state, sent_at, received_at)
       SELECT contact_id, direction, randomblob(16), kind, seq + ?, place + ?, text, state, sent_at, received_at
       FROM messages WHERE seq <= ?`,
      [from, from, Math.min(block, count - from)],
    );
  database.all(`PRAGMA cache_size = ${usual}`);
}

function arrive(database: Database, contactId: number, seq: number): void {
  database.run('BEGIN IMMEDIATE');
  add(database, { contactId, seq, text: 'the quick brown fox' });
  database.run('COMMIT');
}

function add(
  database: Database,
  { contactId, seq, text }: { readonly contactId: number; readonly seq: number; readonly text: string },
): void {
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

/** As the messenger does it: a very large file is cleared at the next start. */
function erase(database: Database, row: number): void {
  database.run('BEGIN IMMEDIATE');
  eraseMessage(database, row);
  database.run('COMMIT');
  if (fileBytes(database) <= limits.eraseAtOnceBytes) eraseRemains(database);
  else eraseLog(database);
}
