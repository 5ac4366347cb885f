import { randomBytes } from 'node:crypto';
import { readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { concat } from '../../source/protocol/bytes.ts';
import { checkBackup, fillBackup, keptTables, leftOut, restoreDatabase } from '../../source/store/backup.ts';
import type { BackupFile } from '../../source/store/backup.ts';
import { changeContact } from '../../source/store/contacts.ts';
import { keyText, openDatabase } from '../../source/store/database.ts';
import type { Database } from '../../source/store/database.ts';
import { emptyIndex, indexedAfter, indexMore } from '../../source/store/found-texts.ts';
import { addIdentity } from '../../source/store/identities.ts';
import { addMessage } from '../../source/store/messages.ts';
import { migrations } from '../../source/store/migrations.ts';
import { addToOutbox } from '../../source/store/outbox.ts';
import { addPreKey } from '../../source/store/prekeys.ts';
import { writeSession } from '../../source/store/sessions.ts';
import { writeSetting } from '../../source/store/settings.ts';
import type { Envelope } from '../../source/core/types.ts';
import { bytesOf, newContact, randomKey, tempDatabase } from '../support/temp-database.ts';
import { tempFolder } from '../support/temp-home.ts';

const notes = {
  'backed-up-at': '1000',
  listen: '127.0.0.1:1',
  address: '',
  'keep-listening': 'true',
  lend: 'true',
  proxy: '',
  onion: 'false',
  'map-port': 'false',
  revocation: 'AA',
};
const phrase = 'meet me at the old mill';

/** A database with rows in every kind of table. */
async function filled(messages = 50): Promise<Database> {
  const database = await tempDatabase();
  writeSetting(database, 'name', 'alice');
  addIdentity(database, {
    epoch: 1,
    publicKey: bytesOf('public', 33),
    privateKey: bytesOf('private'),
    createdAt: 1,
    signedStatement: null,
  });
  for (const [id, keep] of [
    [1, true],
    [2, false],
  ] as const) {
    const bytes = bytesOf(`prekey ${id}`);
    const key = { kind: 'kyber', id, epoch: 1, record: bytes, publicKey: bytes, signature: bytes, keep };
    addPreKey(database, key, 1);
  }
  const { id: contactId } = newContact(database, { name: phrase });
  changeContact(database, contactId, { rival: bytesOf('rival', 33) });
  writeSession(database, { contactId, myEpoch: 1, theirEpoch: 1 }, bytesOf('session'));
  for (let seq = 1; seq <= messages; seq += 1) {
    addMessage(database, {
      contactId,
      direction: 'in',
      id: bytesOf(seq, 16),
      kind: 'text',
      seq,
      text: `${phrase} ${seq}`,
      state: 'received',
      sentAt: 1,
      receivedAt: 1,
    });
  }
  const envelope = bytesOf('envelope', 4096) as Envelope;
  addToOutbox(database, { contactId, messageRow: null, envelope, ratchet: 2, createdAt: 1 });
  return database;
}

async function made(database: Database): Promise<BackupFile> {
  const backup = { file: join(await tempFolder(), 'backup'), key: concat(randomKey(), randomBytes(16)) };
  await writeFile(backup.file, '');
  fillBackup(database, backup, notes);
  return backup;
}

/** Runs `work` on a backup that is attached to another database, as `b`. */
async function inside<Result>(
  { file, key }: BackupFile,
  work: (database: Database) => Result,
): Promise<Result> {
  const database = await tempDatabase();
  database.run('ATTACH ? AS b KEY ?', [file, keyText(key)]);
  const result = work(database);
  database.run('DETACH b');
  return result;
}

function tables(database: Database, schema: string): readonly string[] {
  const sql = `SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table' ORDER BY name`;
  return database.all<{ name: string }>(sql).map(({ name }) => name);
}

test('every table of the schema is in a backup, or left out on purpose', async () => {
  const all = tables(await tempDatabase(), 'main');
  const own = all.filter((name) => !/^(?:sqlite_|found_texts)/.test(name));
  expect(own).toEqual([...keptTables, ...leftOut].toSorted());
});

test('a backup has what must be kept, and nothing of sessions, one-time keys and envelopes', async () => {
  const backup = await made(await filled());
  await inside(backup, (database) => {
    expect(tables(database, 'b')).toEqual([...keptTables, 'numbers'].toSorted());
    expect(database.all('SELECT kind, id, keep FROM b.prekeys')).toEqual([{ kind: 'kyber', id: 1, keep: 1 }]);
    expect(database.get('SELECT count(*) AS n FROM b.messages')).toEqual({ n: 50 });
    expect(database.get("SELECT value FROM b.settings WHERE key = 'revocation'")).toEqual({ value: 'AA' });
    expect(database.get('PRAGMA b.user_version')).toEqual({ user_version: migrations.length });
  });
});

test('the file begins with its salt, is whole pages, and none of it can be read', async () => {
  const backup = await made(await filled());
  const bytes = await readFile(backup.file);
  expect(bytes.subarray(0, 16)).toEqual(Buffer.from(backup.key.subarray(32)));
  expect(bytes.length % 4096).toBe(0);
  for (const secret of [phrase, 'CREATE TABLE', bytesOf('private'), bytesOf('public', 33), 'SQLite format'])
    expect(bytes.includes(Buffer.from(secret))).toBe(false);
  expect(await readdir(join(backup.file, '..'))).toEqual(['backup']);
});

test('a backup can be made again and again, and the database keeps working', async () => {
  const database = await filled();
  const sizes = [await made(database), await made(database)].map((one) => checkBackup(one).version);
  expect(sizes).toEqual([migrations.length, migrations.length]);
  newContact(database);
  expect(database.get('SELECT count(*) AS n FROM contacts')).toEqual({ n: 2 });
});

test('a failed backup leaves the database unchanged, and the next one succeeds', async () => {
  const database = await filled();
  const nowhere = { file: '/no/such/folder/backup', key: concat(randomKey(), randomBytes(16)) };
  expect(() => fillBackup(database, nowhere, notes)).toThrow('the disk cannot be read or written');
  const used = await made(database);
  expect(() => fillBackup(database, used, notes)).toThrow('already exists');
  expect(checkBackup(await made(database)).notes.get('name')).toBe('alice');
});

test('a restored database is equal, and used numbers do not come back', async () => {
  const database = await filled();
  emptyIndex(database);
  const gone = newContact(database).id;
  database.run('DELETE FROM contacts WHERE id = ?', [gone]);
  const [backup, target, key] = [await made(database), join(await tempFolder(), 'chat.db'), randomKey()];
  const publicKey = restoreDatabase(checkBackup(backup), target, key);
  expect(new Uint8Array(publicKey)).toEqual(bytesOf('public', 33));
  const restored = openDatabase(target, key);
  for (const table of keptTables.filter((name) => name !== 'settings' && name !== 'prekeys')) {
    const sql = `SELECT * FROM ${table}`;
    expect([table, restored.all(sql)]).toEqual([table, database.all(sql)]);
  }
  for (const table of leftOut) expect(restored.get(`SELECT count(*) AS n FROM ${table}`)).toEqual({ n: 0 });
  while (indexMore(restored, Infinity));
  expect(restored.all('SELECT * FROM settings')).toEqual([
    { key: 'announce-due', value: '1' },
    { key: 'backed-up-at', value: '1000' },
    { key: 'name', value: 'alice' },
  ]);
  expect(restored.all("SELECT rowid FROM found_texts WHERE found_texts MATCH 'mill'")).toHaveLength(50);
  expect(indexedAfter(restored)).toBe(0);
  restored.run("INSERT INTO found_texts (found_texts) VALUES ('integrity-check')");
  expect(newContact(restored).id).toBe(gone + 1);
  restored.close();
  expect((await readdir(join(target, '..'))).toSorted()).toEqual(['chat.db']);
});

test('brings a backup of an older schema up to date', async () => {
  const folder = await tempFolder();
  const [key, target] = [concat(randomKey(), randomBytes(16)), join(folder, 'chat.db')];
  const old = openDatabase(join(folder, 'old.db'), randomKey(), 1);
  old.run("INSERT INTO settings VALUES ('name', 'alice'), ('backed-up-at', '1000')");
  old.run('INSERT INTO identities VALUES (1, ?, ?, 1, NULL, NULL)', [bytesOf('public', 33), bytesOf('p')]);
  const text = "(1, 'in', x'00', 'text', 1, 1, 'an old text', 'received', 1, 1)";
  const contact = "('bob', 'compared', '', 1, x'01', x'02', 1, 1, 1)";
  old.run(
    `INSERT INTO contacts (name, state, address, epoch, their_slot, my_slot, followed_epoch, created_at, last_activity_at) VALUES ${contact}`,
  );
  old.run(
    `INSERT INTO messages (contact_id, direction, id, kind, seq, place, text, state, sent_at, received_at) VALUES ${text}`,
  );
  old.run('ATTACH ? AS copy KEY ?', [join(folder, 'backup'), keyText(key)]);
  for (const table of keptTables.filter(
    (name) => !['barred', 'marks', 'kept_contents', 'statements', 'boxes'].includes(name),
  ))
    old.run(`CREATE TABLE copy.${table} AS SELECT * FROM main.${table}`);
  old.run('CREATE TABLE copy.numbers AS SELECT * FROM sqlite_sequence');
  old.run('PRAGMA copy.user_version = 1');
  old.close();
  const checked = checkBackup({ file: join(folder, 'backup'), key });
  expect(checked.version).toBe(1);
  const databaseKey = randomKey();
  restoreDatabase(checked, target, databaseKey);
  const restored = openDatabase(target, databaseKey);
  expect(restored.get('SELECT name, state, acked_up_to AS acked FROM contacts')).toEqual({
    name: 'bob',
    state: 'compared',
    acked: 0,
  });
  while (indexMore(restored, Infinity));
  expect(restored.all("SELECT rowid FROM found_texts WHERE found_texts MATCH 'old'")).toHaveLength(1);
  restored.close();
});

function codeOf(backup: BackupFile): string {
  try {
    checkBackup(backup);
    return 'good';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('detects a flipped byte anywhere', async () => {
  const backup = await made(await filled(200));
  const bytes = await readFile(backup.file);
  const copy = { ...backup, file: `${backup.file} changed` };
  const places = Array.from({ length: bytes.length / 4096 }, (_, page) =>
    [0, 17, 2000, 4016, 4095].map((at) => page * 4096 + at),
  ).flat();
  for (const at of places) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    await writeFile(copy.file, changed);
    // The salt goes into the key, and damage to the first page looks like a wrong passphrase.
    const key = concat(backup.key.slice(0, 32), changed.subarray(0, 16));
    expect([at, codeOf({ ...copy, key })]).toEqual([at, at < 4096 ? 'backup-locked' : 'backup-damaged']);
  }
  expect(codeOf(backup)).toBe('good');
});

test('detects a page from another place, missing bytes and extra bytes', async () => {
  const backup = await made(await filled(200));
  const bytes = await readFile(backup.file);
  const swapped = Buffer.from(bytes);
  bytes.copy(swapped, 3 * 4096, 4 * 4096, 5 * 4096);
  const wrong: ReadonlyArray<readonly [Buffer, string]> = [
    [swapped, 'backup-damaged'],
    [bytes.subarray(0, -4096), 'backup-damaged'],
    [bytes.subarray(0, -1), 'backup-damaged'],
    [bytes.subarray(0, 100), 'backup-locked'],
    [Buffer.concat([bytes, randomBytes(4096)]), 'backup-damaged'],
    [Buffer.concat([bytes, Buffer.alloc(1)]), 'backup-damaged'],
    [randomBytes(8192), 'backup-locked'],
  ];
  for (const [changed, code] of wrong) {
    await writeFile(backup.file, changed);
    expect(codeOf(backup)).toBe(code);
  }
  await truncate(backup.file);
  expect(codeOf(backup)).toBe('backup-damaged');
});

test('refuses a wrong key, a newer schema and a database that is not a backup', async () => {
  const backup = await made(await filled());
  const key = new Uint8Array(backup.key);
  key[0]! ^= 1;
  expect(codeOf({ ...backup, key })).toBe('backup-locked');
  await inside(backup, (database) => database.run('PRAGMA b.user_version = 99'));
  expect(codeOf(backup)).toBe('backup-newer');
  await inside(backup, (database) => {
    database.run(`PRAGMA b.user_version = ${migrations.length}`);
    database.run("DELETE FROM b.settings WHERE key = 'backed-up-at'");
  });
  expect(codeOf(backup)).toBe('backup-damaged');
  await inside(backup, (database) => database.run('DROP TABLE b.settings'));
  expect(codeOf(backup)).toBe('backup-damaged');
});
