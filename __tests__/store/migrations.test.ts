import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Envelope } from '../../source/core/types.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { contactSummaries } from '../../source/store/contacts.ts';
import { openDatabase } from '../../source/store/database.ts';
import type { Database } from '../../source/store/database.ts';
import { indexMore } from '../../source/store/found-texts.ts';
import { openInvites } from '../../source/store/invites.ts';
import { findSent, page } from '../../source/store/messages.ts';
import { migrations } from '../../source/store/migrations.ts';
import { lastDelivered } from '../../source/store/order.ts';
import { addToOutbox, waitingFor } from '../../source/store/outbox.ts';
import { readSetting } from '../../source/store/settings.ts';
import { unsentTo } from '../../source/store/unsent.ts';
import { keepCarried, wireOf } from '../../source/store/wire.ts';
import { makeOldDatabase } from '../support/old-database.ts';
import { randomKey, tempDatabase } from '../support/temp-database.ts';
import { tempFolder } from '../support/temp-home.ts';

/** A database of version 1: two contacts, one of them with a conversation that has waiting mail. */
const versionOne = `
  INSERT INTO settings VALUES ('name', 'alice');
  INSERT INTO contacts (id, name, alias, state, address, epoch, their_slot, my_slot, next_seq, receipt_due,
    followed_epoch, created_at, last_heard_at, last_activity_at)
  VALUES (1, 'bob', 'bobby', 'compared', 'bob.example:80', 2, x'b0b1', x'a1', 6, 1, 1, 100, 300, 400),
    (2, 'carol', NULL, 'blocked', '', 1, x'ca01', x'a2', 1, 0, 1, 200, NULL, 200);
  INSERT INTO contact_keys VALUES (1, 1, x'0501', x'0511', 250), (1, 2, x'0502', x'0512', NULL);
  INSERT INTO sessions VALUES (1, 1, 2, x'5e55');
  INSERT INTO old_slots VALUES (x'01d5', 1, 90);
  INSERT INTO invites VALUES (7, 'pickup', x'51', x'9f', 1, x'b10b', 3, 4, 150);
  INSERT INTO messages (row, contact_id, direction, id, kind, seq, place, text, state, sent_at, received_at)
  VALUES (1, 1, 'out', x'a001', 'hidden', 1, 1, 'hello', 'delivered', 110, NULL),
    (2, 1, 'out', x'a002', 'text', 2, 2, 'the lighthouse at nine', 'delivered', 120, NULL),
    (3, 1, 'in', x'b001', 'text', 1, 3, 'which lighthouse?', 'received', 130, 131),
    (4, 1, 'in', x'0000', 'notice', 0, 4, 'bob has a new key', 'received', 140, 141),
    (5, 1, 'out', x'a003', 'text', 3, 5, 'the white one', 'queued', 150, NULL),
    (6, 1, 'out', x'a004', 'text', 4, 6, 'or the red one', 'queued', 160, NULL);
  INSERT INTO outbox VALUES (11, 1, 5, x'e4e1', 150);
  INSERT INTO seen VALUES (x'5ee4', 1, 131);
`;

async function migrated(more = ''): Promise<Database> {
  const file = join(await tempFolder(), 'chat.db');
  const key = randomKey();
  makeOldDatabase(file, key, 1, versionOne + more);
  const database = openDatabase(file, key);
  onTestFinished(() => database.close());
  return database;
}

test('a database of version 1 keeps its contacts, keys, sessions and links', async () => {
  const database = await migrated();
  expect(database.get('PRAGMA user_version')).toEqual({ user_version: migrations.length });
  expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
  expect(readSetting(database, 'name')).toBe('alice');
  const [bob, carol] = contactSummaries(database);
  expect(bob).toMatchObject({ id: 1, name: 'bob', alias: 'bobby', state: 'compared', epoch: 2, nextSeq: 6 });
  expect(bob).toMatchObject({ receiptDue: 1, queued: 2, unread: 1, lastHeardAt: 300, ackedUpTo: 0 });
  expect(carol).toMatchObject({ id: 2, state: 'blocked', request: null, resetDue: null, reserveGiven: 0 });
  expect([...bob!.storedMark, ...bob!.ackedMark]).toEqual(Array(16).fill(0));
  expect([1, 2].map((epoch) => contactKey(database, 1, epoch))).toMatchObject([
    { retiredAt: 250, reserve: null },
    { retiredAt: null, reserve: null },
  ]);
  for (const table of ['sessions', 'old_slots', 'seen', 'outbox']) {
    expect([table, database.all(`SELECT * FROM ${table}`).length]).toEqual([table, 1]);
  }
  expect(openInvites(database)).toMatchObject([{ id: 7, pickupName: 'pickup', oneTimeId: 3, kyberId: 4 }]);
});

test('a database of version 1 keeps its history, its waiting mail and its next numbers', async () => {
  const database = await migrated();
  expect(page(database, 1, { before: null, count: 9 }).map(({ row, text, state }) => [row, text, state])).toEqual([
    [2, 'the lighthouse at nine', 'delivered'], [3, 'which lighthouse?', 'received'],
    [4, 'bob has a new key', 'received'], [5, 'the white one', 'queued'], [6, 'or the red one', 'queued'],
  ]); // prettier-ignore
  expect(findSent(database, 'a002')).toEqual({ row: 2, contactId: 1, state: 'delivered' });
  expect(waitingFor(database, 1, { after: 0, most: 9 })).toMatchObject([{ id: 11, messageRow: 5 }]);
  expect(unsentTo(database, 1, 9)).toMatchObject([{ row: 6, seq: 4, what: null, text: 'or the red one' }]);
  const row = database.run(`INSERT INTO messages (contact_id, direction, id, kind, seq, place, text, state, sent_at)
    VALUES (1, 'in', x'b002', 'text', 2, 7, '', 'received', 1)`); // prettier-ignore
  expect(row).toBe(7);
});

test('moves the kind of a hidden message of version 1 out of its text', async () => {
  const database = await migrated(`
    INSERT INTO messages (row, contact_id, direction, id, kind, seq, place, text, state, sent_at, received_at)
    VALUES (7, 1, 'out', x'a005', 'hidden', 5, 7, 'reserve 1795946934588', 'delivered', 170, NULL),
      (8, 1, 'out', x'a006', 'hidden', 6, 8, 'rotate 2', 'queued', 180, NULL),
      (9, 1, 'in', x'b002', 'hidden', 2, 9, '', 'received', 190, 190),
      (10, 1, 'in', x'b003', 'text', 3, 10, 'void', 'received', 190, 190);`);
  expect(database.all('SELECT row, what, text FROM messages WHERE row = 1 OR row > 5 ORDER BY row')).toEqual([
    { row: 1, what: 'hello', text: '' },
    { row: 6, what: null, text: 'or the red one' },
    { row: 7, what: 'reserve', text: '1795946934588' },
    { row: 8, what: 'rotate', text: '' },
    { row: 9, what: 'erased', text: '' },
    { row: 10, what: null, text: 'void' },
  ]);
  expect(lastDelivered(database, 1, 'reserve')).toBe('1795946934588');
});

test('knows nothing of the wire for texts of version 1, and keeps it for what is sealed and received now', async () => {
  const database = await migrated();
  const of = (id: string): unknown => wireOf(database, id, null);
  expect(of('a002')).toMatchObject({
    row: 2,
    deliveredAt: null,
    ratchet: null,
    envelope: null,
    waiting: null,
  });
  expect(of('a003')).toMatchObject({ row: 5, ratchet: null, waitingId: 11 });
  // The old version did not note the kind of a sealed envelope.
  keepCarried(database, 11, { head: 'POST', status: 202, proof: 'k', tries: 1, at: 170 });
  expect(database.all('SELECT * FROM wire')).toEqual([]);
  const envelope = new Uint8Array(64) as Envelope;
  addToOutbox(database, { contactId: 1, messageRow: 6, envelope, ratchet: 3, createdAt: 180 });
  keepCarried(database, 12, { head: 'POST', status: 202, proof: 'k', tries: 1, at: 190 });
  expect(of('a004')).toMatchObject({ row: 6, ratchet: 3, bytes: 64, acceptedAt: 190 });
});

test('finds a text of version 1, and nothing else', async () => {
  const database = await migrated();
  expect(indexMore(database, Infinity)).toBe(false);
  const found = (phrase: string): unknown =>
    database
      .all<{ rowid: number }>('SELECT rowid FROM found_texts WHERE found_texts MATCH ? ORDER BY rowid', [
        `"${phrase}"`,
      ])
      .map(({ rowid }) => rowid);
  expect([found('lighthouse'), found('new key'), found('hello')]).toEqual([[2, 3], [], []]);
  database.run("INSERT INTO found_texts (found_texts, rank) VALUES ('integrity-check', 1)");
});

test('an old database has the schema of a new one', async () => {
  const schema = (database: Database): unknown =>
    database.all('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name');
  expect(schema(await migrated())).toEqual(schema(await tempDatabase()));
});

test('a contact muted before mutes could end is muted without an end', async () => {
  const file = join(await tempFolder(), 'chat.db');
  const key = randomKey();
  const before = migrations.findIndex((sql) => sql.includes('muted_until'));
  makeOldDatabase(
    file,
    key,
    before,
    `INSERT INTO contacts (id, name, state, address, epoch, their_slot, my_slot, followed_epoch, created_at, last_activity_at, muted)
     VALUES (1, 'bob', 'compared', '', 1, x'b0', x'a1', 1, 1, 1, 1), (2, 'carol', 'compared', '', 1, x'ca', x'a2', 1, 1, 1, 0)`,
  );
  const database = openDatabase(file, key);
  onTestFinished(() => database.close());
  const [bob, carol] = contactSummaries(database);
  expect(bob).toMatchObject({ muted: 1, mutedAt: null, mutedUntil: null, notifyWord: null });
  expect(carol).toMatchObject({ muted: 0, mutedAt: null, mutedUntil: null, notifyWord: null });
});
