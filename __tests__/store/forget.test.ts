import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commit } from '../../source/store/commit.ts';
import { pinKey } from '../../source/store/contact-keys.ts';
import { openDatabase } from '../../source/store/database.ts';
import type { Database } from '../../source/store/database.ts';
import { eraseRemains, forgetContact, isEraseDue } from '../../source/store/forget.ts';
import { indexedAfter, indexMore } from '../../source/store/found-texts.ts';
import { addToOutbox } from '../../source/store/outbox.ts';
import { retireSlot } from '../../source/store/old-slots.ts';
import { searchTexts } from '../../source/store/search.ts';
import { markSeen, wasSeen, writeSession } from '../../source/store/sessions.ts';
import type { Envelope } from '../../source/core/types.ts';
import { add } from '../support/conversation.ts';
import { decryptPages } from '../support/decrypt-pages.ts';
import { bytesOf, newContact, randomKey, tempDatabase } from '../support/temp-database.ts';
import { tempFolder } from '../support/temp-home.ts';

/** Three letters that occur nowhere else: a word of the search index, which shortens only its first byte. */
const rare = 'ꙮꙮꙮ';

/** Two contacts who wrote enough to give the index many pages; one of them used rare words. */
function fill(database: Database): readonly [gone: number, kept: number] {
  const [gone, kept] = [newContact(database, { name: `${rare} name` }).id, newContact(database).id];
  database.run('BEGIN');
  for (let seq = 1; seq <= 400; seq += 1) {
    add(database, { contactId: gone, seq, text: `${bytesOf(seq, 30).toString()} ${seq % 9 ? '' : rare}` });
    add(database, { contactId: kept, seq, text: `${bytesOf(-seq, 30).toString()} of the other` });
  }
  const identity = new TextEncoder().encode(`${rare} key`);
  pinKey(database, { contactId: gone, epoch: 1, identity, sealKey: identity }, 1);
  writeSession(database, { contactId: gone, myEpoch: 1, theirEpoch: 1 }, new TextEncoder().encode(rare));
  retireSlot(database, { slot: new TextEncoder().encode(rare), contactId: gone, retiredAt: 1 });
  const envelope = new TextEncoder().encode(rare.repeat(400)) as Envelope;
  addToOutbox(database, { contactId: gone, messageRow: null, envelope, ratchet: 2, createdAt: 1 });
  markSeen(database, { hash: bytesOf('hash'), contactId: gone, at: 1 });
  database.run('COMMIT');
  return [gone, kept];
}

/** How many pages of the file and of its log hold what must be gone, and what must stay. */
function pagesWith(file: string, key: Uint8Array): { rare: number; other: number } {
  const pages = decryptPages(file, key);
  const count = (text: string): number => pages.filter((page) => page.includes(text)).length;
  return { rare: count(rare), other: count('of the other') };
}

async function openTemp(): Promise<{ database: Database; file: string; key: ReturnType<typeof randomKey> }> {
  const file = join(await tempFolder(), 'chat.db');
  const key = randomKey();
  const database = openDatabase(file, key);
  onTestFinished(() => database.close());
  return { database, file, key };
}

test('no page of the file, used or free, and no part of the log holds anything of a forgotten contact', async () => {
  const { database, file, key } = await openTemp();
  const [gone, kept] = fill(database);
  const before = pagesWith(file, key);
  expect(before.rare).toBeGreaterThan(10);
  expect(before.other).toBeGreaterThan(10);

  await commit(database, () => forgetContact(database, gone));
  expect(isEraseDue(database)).toBe(true);
  eraseRemains(database);
  expect(pagesWith(file, key).rare).toBe(0);
  expect(pagesWith(file, key).other).toBeGreaterThan(10);
  expect(database.get('PRAGMA freelist_count')).toEqual({ freelist_count: 0 });
  expect(statSync(`${file}-wal`).size).toBeLessThan(100_000);
  expect(isEraseDue(database)).toBe(false);

  while (indexMore(database, 1));
  expect(pagesWith(file, key).rare).toBe(0);
  database.run("INSERT INTO found_texts (found_texts, rank) VALUES ('integrity-check', 1)");
  expect(searchTexts(database, { text: 'of the other', contactId: kept, last: 5000 })).toHaveLength(400);
});

test('erasing clears what deleting alone leaves: in the log, and in free pages that were not overwritten', async () => {
  const { database, file, key } = await openTemp();
  database.get('PRAGMA secure_delete = OFF');
  const [gone] = fill(database);
  database.get('PRAGMA wal_checkpoint(TRUNCATE)');
  await commit(database, () => forgetContact(database, gone));
  expect(pagesWith(file, key).rare).toBeGreaterThan(10);
  database.get('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(pagesWith(file, key).rare).toBeGreaterThan(10);
  eraseRemains(database);
  expect(pagesWith(file, key).rare).toBe(0);
});

test('deleting alone overwrites what it frees', async () => {
  const { database, file, key } = await openTemp();
  const [gone] = fill(database);
  await commit(database, () => forgetContact(database, gone));
  database.get('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(pagesWith(file, key).rare).toBe(0);
});

test('a contact with few texts leaves nothing either, and the index stays as it is', async () => {
  const { database, file, key } = await openTemp();
  const kept = newContact(database).id;
  for (let seq = 1; seq <= 60; seq += 1) add(database, { contactId: kept, seq, text: `of the other ${seq}` });
  const gone = newContact(database).id;
  add(database, { contactId: gone, seq: 1, text: `something ${rare}` });
  database.get('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(pagesWith(file, key).rare).toBeGreaterThan(1);
  await commit(database, () => forgetContact(database, gone));
  expect(indexedAfter(database)).toBe(0);
  database.run("INSERT INTO found_texts (found_texts, rank) VALUES ('integrity-check', 1)");
  eraseRemains(database);
  expect(pagesWith(file, key).rare).toBe(0);
});

test('removes everything of a contact except what keeps repeats out', async () => {
  const database = await tempDatabase();
  const [gone, kept] = fill(database);
  forgetContact(database, gone);
  for (const table of ['contact_keys', 'sessions', 'old_slots', 'messages', 'outbox']) {
    const sql = `SELECT count(*) AS count FROM ${table} WHERE contact_id = ?`;
    expect([table, database.get(sql, [gone])]).toEqual([table, { count: 0 }]);
  }
  expect(database.get('SELECT count(*) AS count FROM messages')).toEqual({ count: 400 });
  expect(newContact(database).id).toBeGreaterThan(kept);
  expect(wasSeen(database, bytesOf('hash'))).toBe(true);
});

test('finds everything while the index is rebuilt, and texts may come and go', async () => {
  const database = await tempDatabase();
  const [gone, kept] = fill(database);
  forgetContact(database, gone);
  const find = (text: string, last = 5000): number[] =>
    searchTexts(database, { text, contactId: null, last }).map(({ row }) => row);
  const all = find('of the other');
  expect(all).toHaveLength(400);
  expect(all).toEqual(all.toSorted((one, other) => one - other));

  const newest = add(database, { contactId: kept, seq: 2000, text: 'one more of the other' });
  expect(find('OF THE OTHER')).toEqual([...all, newest]);
  expect(indexMore(database, 0)).toBe(true);
  expect(indexedAfter(database)).toBeGreaterThan(0);
  expect(find('of the other')).toEqual([...all, newest]);
  expect(find('of the other', 70)).toEqual([...all, newest].slice(-70));

  const [oldest = 0, ...others] = all;
  database.run("UPDATE messages SET kind = 'hidden', text = '' WHERE row = ?", [oldest]);
  database.run('DELETE FROM messages WHERE row = ?', [others[0] ?? 0]);
  database.run('DELETE FROM messages WHERE row = ?', [newest]);
  expect(find('of the other')).toEqual(others.slice(1));
  while (indexMore(database, 0));
  expect([indexedAfter(database), find('of the other')]).toEqual([0, others.slice(1)]);
  database.run("INSERT INTO found_texts (found_texts, rank) VALUES ('integrity-check', 1)");
});

test('can forget the last contact', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  forgetContact(database, id);
  expect(indexMore(database, 0)).toBe(false);
  eraseRemains(database);
  const next = newContact(database).id;
  add(database, { contactId: next, seq: 1, text: 'something new' });
  expect(searchTexts(database, { text: 'new', contactId: null, last: 9 })).toHaveLength(1);
});
