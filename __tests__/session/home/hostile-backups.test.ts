import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKeyPair } from '../../../source/keys/identity.ts';
import { examineBackup } from '../../../source/session/home/examine-backup.ts';
import { rotate } from '../../../source/session/trust/rotation.ts';
import { checkBackup } from '../../../source/store/backup.ts';
import type { BackupFile } from '../../../source/store/backup.ts';
import { keyText, type Database, type SqlValue } from '../../../source/store/database.ts';
import { migrations } from '../../../source/store/migrations.ts';
import { backUp, restoreTo } from '../../support/backups.ts';
import { openMortal } from '../../support/mortal-client.ts';
import { bytesOf, tempDatabase } from '../../support/temp-database.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { makeFriends } from '../../support/two-homes.ts';

/** A backup from a home with a contact, texts both ways and a rotation. */
async function realBackup(folder: string): Promise<BackupFile> {
  const [{ home, key }] = await makeFriends(folder);
  const client = await openMortal(home, key, null);
  await client.send('one');
  await rotate(client.context);
  await client.send('two');
  const made = await backUp(client.context, join(folder, 'backup'));
  client.drop();
  return made;
}

const folder = join(tmpdir(), `hostile-backups-${process.pid}`);
let real: BackupFile;

beforeAll(async () => {
  await mkdir(folder, { mode: 0o700 });
  real = await realBackup(folder);
});

afterAll(() => rm(folder, { recursive: true }));

/** A copy of the real one, changed by an attacker who knows its passphrase. */
async function changed(change: (database: Database) => void): Promise<BackupFile> {
  const { file, key } = real;
  const copy = { file: join(await tempFolder(), 'backup'), key };
  await copyFile(file, copy.file);
  const database = await tempDatabase();
  database.run('ATTACH ? AS b KEY ?', [copy.file, keyText(key)]);
  change(database);
  database.run('DETACH b');
  return copy;
}

function codeOf(made: BackupFile): string {
  try {
    examineBackup(checkBackup(made));
    return 'good';
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}

const run =
  (...statements: ReadonlyArray<string | readonly [string, ...SqlValue[]]>) =>
  (database: Database): void => {
    for (const statement of statements) {
      const [sql, ...values] = typeof statement === 'string' ? [statement] : statement;
      database.run(sql, values);
    }
  };

/** The table is made again by other SQL, with the rows that it had. */
function remade(table: string, columns: string, more = ''): (database: Database) => void {
  return run(
    `CREATE TABLE b.spare AS SELECT * FROM b.${table}`,
    `DROP TABLE b.${table}`,
    `CREATE TABLE b.${table} (${columns})${more}`,
    `INSERT INTO b.${table} SELECT * FROM b.spare`,
    'DROP TABLE b.spare',
  );
}

const endless = 'WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n) SELECT';
const other = makeKeyPair();
const big = '9007199254740992';

const hostile: Readonly<Record<string, (database: Database) => void>> = {
  // Things that are not plain tables.
  'a view that never ends': run(
    'DROP TABLE b.seen',
    `CREATE VIEW b.seen AS ${endless} randomblob(32) AS hash, 1 AS contact_id, 1 AS at FROM n`,
  ),
  'a view beside the tables': run(`CREATE VIEW b.more AS ${endless} at FROM n`),
  'settings that are a view': run(
    'CREATE TABLE b.kept AS SELECT * FROM b.settings',
    'DROP TABLE b.settings',
    "CREATE VIEW b.settings AS SELECT key, value FROM kept UNION ALL SELECT 'x', at FROM (WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n) SELECT at FROM n)",
  ),
  'a trigger': run('CREATE TRIGGER b.t AFTER INSERT ON seen BEGIN DELETE FROM settings; END'),
  'a virtual table': run('DROP TABLE b.barred', 'CREATE VIRTUAL TABLE b.barred USING fts5 (identity)'),
  'a computed column': remade('settings', 'key TEXT, value TEXT, more AS (upper(value))'),
  'a check': remade('settings', 'key TEXT, value TEXT CHECK (length(hex(zeroblob(100000000))) > 0)'),
  'a default': remade('settings', "key TEXT, value TEXT DEFAULT ('x')"),
  'a key': remade('settings', 'key TEXT PRIMARY KEY, value TEXT', ' WITHOUT ROWID'),
  'an index': run('CREATE INDEX b.more ON settings (value)'),
  'an extra column': run('ALTER TABLE b.contacts ADD COLUMN more'),
  'a missing column': run('ALTER TABLE b.contacts DROP COLUMN muted'),
  'two columns in another order': remade('settings', 'value TEXT, key TEXT'),
  'an extra table': run('CREATE TABLE b.sessions (x)'),
  'a missing table': run('DROP TABLE b.prekeys'),
  // Versions.
  'version -1': run('PRAGMA b.user_version = -1'),
  'version 0': run('PRAGMA b.user_version = 0'),
  'an older version than its columns': run('PRAGMA b.user_version = 2'),
  // Types, ranges, keys and references.
  'a text for a number': run("UPDATE b.contacts SET next_seq = 'many'"),
  'bytes for a text': run("UPDATE b.messages SET text = x'00'"),
  'a text for bytes': run("UPDATE b.contacts SET my_slot = 'my slot'"),
  'a broken number': run('UPDATE b.messages SET seq = 1.5'),
  'null in a required column': run('UPDATE b.contacts SET name = NULL'),
  'a number above 2^53': run(`UPDATE b.messages SET sent_at = ${big}`),
  'a number below -2^53': run(`UPDATE b.contacts SET last_activity_at = -${big}`),
  'a used number above 2^53': run(`UPDATE b.numbers SET seq = ${big}`),
  'a used number that is a text': run("UPDATE b.numbers SET seq = 'x'"),
  'used numbers that are forgotten': run('UPDATE b.numbers SET seq = 0'),
  'a text of a megabyte': run("UPDATE b.messages SET text = printf('%.*c', 1000000, 'x')"),
  'a blob of 50 megabytes': run('UPDATE b.contact_keys SET reserve = zeroblob(50000000)'),
  'a contact twice': run('INSERT INTO b.contacts SELECT * FROM b.contacts'),
  'a message twice': run('INSERT INTO b.messages SELECT * FROM b.messages'),
  'a seq twice': run(
    'INSERT INTO b.messages SELECT row + 1000, contact_id, direction, randomblob(16), kind, seq, place, text, state, sent_at, received_at, delivered_at, again, folded, what, body, in_box FROM b.messages WHERE seq > 0',
  ),
  'a setting twice': run("INSERT INTO b.settings VALUES ('name', 'mallory')"),
  'a message without a contact': run('UPDATE b.messages SET contact_id = 99'),
  'a box at the place of another key': run(
    "INSERT INTO b.boxes VALUES (1, 'a.example:80/b/AAAAAAAAAAAAAAAAAAAAAA', zeroblob(32), zeroblob(32), NULL, 1, NULL)",
  ),
  'a seal key without an identity': run('UPDATE b.seal_keys SET epoch = 99'),
  // Rows with a wrong meaning.
  'no identity': run('DELETE FROM b.identities'),
  'a private key that is too short': run("UPDATE b.identities SET private = x'00'"),
  'a public key that is too short': run("UPDATE b.identities SET public = x'05' WHERE epoch = 2"),
  'a public key of small order': run([
    'UPDATE b.identities SET public = ? WHERE epoch = 2',
    new Uint8Array(33).fill(5, 0, 1),
  ]),
  'another identity’s private key': run([
    'UPDATE b.identities SET private = ? WHERE epoch = 2',
    other.privateKey,
  ]),
  'an identity that no statement made': run([
    'UPDATE b.identities SET public = ?, private = ? WHERE epoch = 2',
    other.publicKey,
    other.privateKey,
  ]),
  'a different first identity': run([
    'UPDATE b.identities SET public = ?, private = ? WHERE epoch = 1',
    other.publicKey,
    other.privateKey,
  ]),
  'a statement that is cut': run(
    'UPDATE b.identities SET signed_statement = substr(signed_statement, 2) WHERE epoch = 2',
  ),
  'no statement': run('UPDATE b.identities SET signed_statement = NULL'),
  'no statement to show': run('DELETE FROM b.statements'),
  'an unsigned statement to show': run('UPDATE b.statements SET signed = zeroblob(258)'),
  'a statement to show that is cut': run('UPDATE b.statements SET signed = substr(signed, 2)'),
  'a statement to show of another epoch': run('UPDATE b.statements SET epoch = 3'),
  'a statement to show that leads past the newest identity': run(
    'INSERT INTO b.statements SELECT 3, signed FROM b.statements',
  ),
  'a first identity that a statement made': run(
    'INSERT INTO b.statements SELECT 1, signed FROM b.statements',
  ),
  'epoch 0': run(
    'UPDATE b.identities SET epoch = 0 WHERE epoch = 1',
    'UPDATE b.seal_keys SET epoch = 0 WHERE epoch = 1',
    'UPDATE b.prekeys SET epoch = 0 WHERE epoch = 1',
  ),
  'two identities in use': run('UPDATE b.identities SET retired_at = NULL'),
  'an identity that is revoked and in use': run('UPDATE b.identities SET retired_at = 5'),
  'no seal key': run('DELETE FROM b.seal_keys'),
  'a seal key of other bytes': run(['UPDATE b.seal_keys SET private = ?', bytesOf('x')]),
  'no prekeys': run('DELETE FROM b.prekeys'),
  'no signed prekey': run("DELETE FROM b.prekeys WHERE kind = 'signed'"),
  'a prekey of another kind': run("UPDATE b.prekeys SET kind = 'magic' WHERE kind = 'signed' AND epoch = 1"),
  'a one-time prekey': run('UPDATE b.prekeys SET keep = 0'),
  'a prekey that libsignal cannot read': run("UPDATE b.prekeys SET record = x'ffff'"),
  'an unsigned prekey': run('UPDATE b.prekeys SET signature = zeroblob(64)'),
  'a prekey under another number': run('UPDATE b.prekeys SET id = id + 1'),
  'prekey numbers that come back': run("UPDATE b.settings SET value = '1' WHERE key = 'next-prekey-id'"),
  'an unknown state': run("UPDATE b.contacts SET state = 'trusted'"),
  'an unknown state before a block': run("UPDATE b.contacts SET state_before_block = 'x'"),
  'an unknown request': run("UPDATE b.contacts SET request = 'maybe'"),
  'an invalid address': run("UPDATE b.contacts SET address = 'http://x'"),
  'a name without end': run("UPDATE b.contacts SET name = printf('%.*c', 1000, 'x')"),
  'an empty word to notify of': run("UPDATE b.contacts SET notify_word = ''"),
  'a blank word to notify of': run("UPDATE b.contacts SET notify_word = ' '"),
  'an invisible word to notify of': run(['UPDATE b.contacts SET notify_word = ?', '\u200b\u0301']),
  'a word to notify of without end': run("UPDATE b.contacts SET notify_word = printf('%.*c', 65, 'x')"),
  'a contact that is muted twice': run('UPDATE b.contacts SET muted = 2'),
  'a contact that is muted less than not': run('UPDATE b.contacts SET muted = -1'),
  'a slot key that is too short': run("UPDATE b.contacts SET their_slot = x'00'"),
  'an own slot key that is too short': run("UPDATE b.contacts SET my_slot = x'00'"),
  'a mark that is too long': run('UPDATE b.contacts SET stored_mark = zeroblob(9)'),
  'a contact with epoch 0': run('UPDATE b.contacts SET epoch = 0'),
  'a contact without its key': run('DELETE FROM b.contact_keys'),
  'an invalid pinned key': run('UPDATE b.contact_keys SET identity = zeroblob(33)'),
  'an invalid seal key of a contact': run('UPDATE b.contact_keys SET seal_key = zeroblob(33)'),
  'an invalid reserve bundle': run("UPDATE b.contact_keys SET reserve = x'01'"),
  'an invalid old slot': run(
    "UPDATE b.old_slots SET slot = x'00' WHERE rowid = (SELECT min(rowid) FROM b.old_slots)",
  ),
  'an invalid barred key': run("INSERT INTO b.barred VALUES (x'05')"),
  'an unknown direction': run("UPDATE b.messages SET direction = 'up'"),
  'an id that is too short': run("UPDATE b.messages SET id = x'00' WHERE seq = 1"),
  'a negative seq': run('UPDATE b.messages SET seq = -1 WHERE seq = 1'),
  'an invalid hash': run("INSERT INTO b.seen VALUES (x'00', 1, 1)"),
  'no name': run("DELETE FROM b.settings WHERE key = 'name'"),
  'no registration id': run("DELETE FROM b.settings WHERE key = 'registration-id'"),
  'a registration id that is too large': run(
    "UPDATE b.settings SET value = '99999' WHERE key = 'registration-id'",
  ),
  'a revocation of nothing': run("UPDATE b.settings SET value = 'AAAA' WHERE key = 'revocation'"),
  'an invalid proxy': run("UPDATE b.settings SET value = 'socks5://h' WHERE key = 'proxy'"),
  'an invalid gate': run("UPDATE b.settings SET value = 'x' WHERE key = 'slot-gate'"),
};

test('a backup that a home has written is valid, and restores', async () => {
  const made = real;
  expect(codeOf(made)).toBe('good');
  expect(codeOf(await changed(() => undefined))).toBe('good');
  const home = join(await tempFolder(), 'home');
  await restoreTo(home, made);
  expect(await readdir(join(home, 'keys'))).toContain('chat.db');
});

test.each(Object.entries(hostile))('detects %s before anything is made', async (_, change) => {
  expect(codeOf(await changed(change))).toBe('backup-damaged');
});

test('a version that does not exist yet is a newer one', async () => {
  for (const version of [migrations.length + 1, 2 ** 31 - 1])
    expect(codeOf(await changed(run(`PRAGMA b.user_version = ${version}`)))).toBe('backup-newer');
});

test('detects pages that belong to two places, or to none: a small file could hold endless rows', async () => {
  const twice = await changed((database) => {
    database.run('PRAGMA writable_schema = ON');
    database.run(
      "UPDATE b.sqlite_schema SET rootpage = (SELECT rootpage FROM b.sqlite_schema WHERE name = 'messages') WHERE name = 'contacts'",
    );
  });
  expect(codeOf(twice)).toBe('backup-damaged');
});
