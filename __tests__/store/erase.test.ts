import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commit } from '../../source/store/commit.ts';
import { openDatabase, type Database } from '../../source/store/database.ts';
import { eraseMessage, page } from '../../source/store/messages.ts';
import { eraseLog, eraseRemains, fileBytes, isEraseDue } from '../../source/store/forget.ts';
import { emptyIndex, indexMore } from '../../source/store/found-texts.ts';
import { standingOf } from '../../source/store/order.ts';
import { searchTexts } from '../../source/store/search.ts';
import { add, conversation, idOf } from '../support/conversation.ts';
import { decryptPages } from '../support/decrypt-pages.ts';
import { bytesOf, newContact, randomKey } from '../support/temp-database.ts';
import { tempFolder } from '../support/temp-home.ts';

const rare = 'ꙮꙮꙮ';

type Opened = { readonly database: Database; readonly pagesWith: (text: string) => number };

async function openTemp(): Promise<Opened> {
  const file = join(await tempFolder(), 'chat.db');
  const key = randomKey();
  const database = openDatabase(file, key);
  onTestFinished(() => database.close());
  return {
    database,
    pagesWith: (text) => decryptPages(file, key).filter((one) => one.includes(text)).length,
  };
}

/** A contact who wrote a lot, with one message longer than a page that has rare words. */
function fill(database: Database): { readonly contactId: number; readonly row: number } {
  const contactId = newContact(database).id;
  database.run('BEGIN');
  for (let seq = 1; seq <= 400; seq += 1)
    add(database, { contactId, seq, text: `${bytesOf(seq, 30).toString()} of the others` });
  const row = add(database, { contactId, seq: 401, text: `${rare} `.repeat(900) });
  for (let seq = 402; seq <= 800; seq += 1)
    add(database, { contactId, seq, text: `${bytesOf(seq, 30).toString()} of the others` });
  database.run('COMMIT');
  return { contactId, row };
}

test('no page of the file, used or free, and no part of the log holds any of an erased message', async () => {
  const { database, pagesWith } = await openTemp();
  const { contactId, row } = fill(database);
  expect(pagesWith(rare)).toBeGreaterThan(1);
  expect(await commit(database, () => eraseMessage(database, row))).toBe(contactId);
  expect(isEraseDue(database)).toBe(true);
  expect(pagesWith(rare)).toBeGreaterThan(0);
  eraseRemains(database);
  expect([pagesWith(rare), isEraseDue(database)]).toEqual([0, false]);
  expect(pagesWith('of the others')).toBeGreaterThan(10);
  database.run("INSERT INTO found_texts (found_texts, rank) VALUES ('integrity-check', 1)");
  expect(searchTexts(database, { text: rare, contactId: null, last: 9 })).toEqual([]);
  expect(searchTexts(database, { text: 'of the others', contactId, last: 5000 })).toHaveLength(799);
});

test('emptying the log alone clears the log, and leaves the rest due', async () => {
  const { database, pagesWith } = await openTemp();
  const { row } = fill(database);
  await commit(database, () => eraseMessage(database, row));
  expect(eraseLog(database)).toBe(true);
  expect([pagesWith(rare), isEraseDue(database)]).toEqual([0, true]);
});

test('an erased message keeps its seq and its id: nothing is missing, and a repeat is recognised', async () => {
  const { database, contactId } = await conversation(1, 2, 3);
  const [, second] = page(database, contactId, { before: null, count: 9 });
  eraseMessage(database, second?.row ?? 0);
  expect(page(database, contactId, { before: null, count: 9 })).toMatchObject([
    { seq: 1, missingBefore: 0 },
    { seq: 3, missingBefore: 0 },
  ]);
  expect(standingOf(database, { contactId, seq: 2, id: idOf('in', 2) })).toBe('repeat');
  expect(standingOf(database, { contactId, seq: 9, id: idOf('in', 2) })).toBe('again');
});

test('a message that is not shown cannot be erased, and nothing is due then', async () => {
  const { database, contactId } = await conversation(1);
  const hidden = add(database, { contactId, seq: 2, kind: 'hidden', text: '', what: 'hello' });
  expect([eraseMessage(database, hidden), eraseMessage(database, 999)]).toEqual([null, null]);
  expect(isEraseDue(database)).toBe(false);
  expect(eraseMessage(database, 1)).toBe(contactId);
  expect(eraseMessage(database, 1)).toBeNull();
});

test('erases a text that is not indexed yet like any other', async () => {
  const { database, pagesWith } = await openTemp();
  const { row } = fill(database);
  emptyIndex(database);
  await commit(database, () => eraseMessage(database, row));
  while (indexMore(database, 1));
  eraseRemains(database);
  expect(pagesWith(rare)).toBe(0);
  expect(searchTexts(database, { text: rare, contactId: null, last: 9 })).toEqual([]);
  database.run("INSERT INTO found_texts (found_texts, rank) VALUES ('integrity-check', 1)");
});

test('knows the size of the file', async () => {
  const { database } = await openTemp();
  const before = fileBytes(database);
  fill(database);
  expect(fileBytes(database)).toBeGreaterThan(before + 100_000);
});
