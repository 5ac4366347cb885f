import Sqlcipher, { setLogger } from '@signalapp/sqlcipher';
import type { Bytes } from '../core/types.ts';
import { ChatError } from '../core/errors.ts';
import { keyText, openDatabase, type Database, type SqlValue } from './database.ts';
import { shapesOf } from './backup-shape.ts';
import { emptyIndex } from './found-texts.ts';
import { currentIdentity } from './identities.ts';
import { migrations } from './migrations.ts';

/** A backup file and its key: 32 bytes of key, then the 16 bytes of salt that the file begins with. PROTOCOL.md §12. */
export type BackupFile = { readonly file: string; readonly key: Bytes };

/** Notes in a backup about its original home. */
type BackupNote =
  | 'backed-up-at'
  | 'listen'
  | 'address'
  | 'keep-listening'
  | 'lend'
  | 'proxy'
  | 'onion'
  | 'map-port'
  | 'revocation';

/** Each table that is backed up, before those that refer to it, and the condition for its rows. */
const kept: ReadonlyArray<readonly [table: string, rows: string]> = [
  ['settings', ''],
  ['identities', ''],
  ['statements', ''],
  ['seal_keys', ''],
  ['prekeys', 'WHERE keep = 1'],
  ['base_keys', ''],
  ['contacts', ''],
  ['contact_keys', ''],
  ['old_slots', ''],
  ['messages', ''],
  ['marks', ''],
  ['kept_contents', ''],
  ['seen', ''],
  ['barred', ''],
  ['boxes', ''],
];

/**
 * The tables that no backup contains: ratchet state must not be used twice, links are short-lived, and the wire is seen only here, as are
 * drafts.
 */
export const leftOut = [
  'sessions',
  'invites',
  'used_links',
  'outbox',
  'wire',
  'drafts',
  'told',
  'paces',
  'vouchers',
] as const;

/** The tables that a backup contains. */
export const keptTables: readonly string[] = kept.map(([table]) => table);

/** Settings that stay behind in the backup: the restored home has its own, and rebuilds its index. */
const notRestored =
  "'listen', 'address', 'keep-listening', 'lend', 'proxy', 'onion', 'map-port', 'revocation', 'indexed-after', 'bugs'";

/**
 * Fills the empty file of a backup from an open database, with `notes` among its settings. No transaction may be open, and nothing else
 * may run meanwhile. Throws ChatError disk-full, disk-failed; the file is incomplete then.
 */
export function fillBackup(
  database: Database,
  { file, key }: BackupFile,
  notes: Readonly<Record<BackupNote, string>>,
): void {
  database.run('ATTACH ? AS copy KEY ?', [file, keyText(key)]);
  try {
    // The file gets its name only when it is complete and synced: a journal on the disk would protect an unneeded file.
    database.run('PRAGMA copy.journal_mode = MEMORY');
    database.run('PRAGMA copy.synchronous = OFF');
    for (const [table, rows] of kept)
      database.run(`CREATE TABLE copy.${table} AS SELECT * FROM main.${table} ${rows}`);
    database.run('CREATE TABLE copy.numbers AS SELECT * FROM main.sqlite_sequence');
    for (const note of Object.entries(notes)) database.run('INSERT INTO copy.settings VALUES (?, ?)', note);
    database.run(`PRAGMA copy.user_version = ${migrations.length}`);
  } finally {
    database.run('DETACH copy');
  }
}

/** The facts known about a backup before any of its content is used. */
export type CheckedBackup = BackupFile & {
  /** Version of the schema. */
  readonly version: number;
  readonly notes: ReadonlyMap<string, string>;
};

/** Checks every page of a backup. Throws ChatError backup-locked, backup-damaged, backup-newer, disk-failed. */
export function checkBackup({ file, key }: BackupFile): CheckedBackup {
  setLogger(() => undefined);
  const connection = new Sqlcipher(file);
  try {
    connection.pragma('cipher_log_level = NONE');
    connection.pragma(`key = "${keyText(key)}"`);
    connection.pragma('trusted_schema = OFF');
    connection.pragma('query_only = ON');
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    if (connection.pragma('cipher_integrity_check').length > 0) throw damaged();
    const version = Number(connection.pragma('user_version', { simple: true }));
    if (version > migrations.length) throw new ChatError('backup-newer');
    if (version < 1) throw damaged();
    checkShape(connection, version);
    const rows = connection.prepare('SELECT key, value FROM settings').all<{ key: string; value: string }>();
    const notes = new Map(rows.map((row) => [row.key, row.value] as const));
    if (!/^\d{1,15}$/u.test(notes.get('backed-up-at') ?? '')) throw damaged();
    return { file, key, version, notes };
  } catch (error) {
    throw backupFailure(error);
  } finally {
    connection.close();
  }
}

/**
 * Anyone who knows the passphrase could have made the file by hand. So its schema is compared letter by letter before any query reads
 * the file: views, triggers and virtual tables could run forever. Then each page must belong to one place, or a small file could contain
 * endless rows; and the schema of a home must accept each row.
 */
function checkShape(connection: Sqlcipher, version: number): void {
  const shapes = shapesOf(version, keptTables);
  const there = connection
    .prepare('SELECT type, name, tbl_name AS owner, sql FROM sqlite_schema LIMIT 100')
    .all<{ type: string; name: string; owner: string; sql: string }>();
  const isAsMade = shapes.every(({ name, sql }) =>
    there.some((one) => one.type === 'table' && one.name === name && one.owner === name && one.sql === sql),
  );
  if (!isAsMade || there.length !== shapes.length) throw damaged();
  if (connection.pragma('integrity_check(1)', { simple: true }) !== 'ok') throw damaged();
  for (const fault of shapes.flatMap(({ faults }) => faults))
    if (connection.prepare(`${fault} LIMIT 1`).get() !== undefined) throw damaged();
}

/**
 * Hands the rows of a backup's small tables to `look`, unchanged: code that knows their meaning checks it. Throws the errors of `look`, and
 * those of `checkBackup`.
 */
export function readBackup<Result>(
  { file, key }: BackupFile,
  look: (rows: (sql: string) => ReadonlyArray<Readonly<Record<string, SqlValue>>>) => Result,
): Result {
  const connection = new Sqlcipher(file);
  try {
    connection.pragma('cipher_log_level = NONE');
    connection.pragma(`key = "${keyText(key)}"`);
    connection.pragma('query_only = ON');
    return look((sql) => connection.prepare(sql).all());
  } catch (error) {
    throw backupFailure(error);
  } finally {
    connection.close();
  }
}

/**
 * Makes the database of a restored home at `target`, with `key`, out of a backup; its first opening will announce the home. Returns the
 * public key (33 bytes) of its newest identity. Throws ChatError backup-damaged, disk-full, disk-failed; the target is incomplete then.
 */
export function restoreDatabase(backup: CheckedBackup, target: string, key: Bytes): Bytes {
  // The rows enter the schema that they were written in; newer steps of the schema are applied to them afterwards.
  const old = openDatabase(target, key, backup.version);
  try {
    takeOver(old, backup);
  } catch (error) {
    throw backupFailure(error);
  } finally {
    old.close();
  }
  const database = openDatabase(target, key);
  try {
    // The index form of a text comes from this program, not from the backup.
    emptyIndex(database);
    return currentIdentity(database).publicKey;
  } finally {
    database.close();
  }
}

function takeOver(database: Database, { file, key }: BackupFile): void {
  database.run('ATTACH ? AS backup KEY ?', [file, keyText(key)]);
  const rows = database.all<{ name: string }>('SELECT name FROM backup.sqlite_schema');
  const there = new Set(rows.map(({ name }) => name));
  for (const table of keptTables) {
    const but = table === 'settings' ? `WHERE key NOT IN (${notRestored})` : '';
    if (there.has(table)) database.run(`INSERT INTO main.${table} SELECT * FROM backup.${table} ${but}`);
  }
  database.run('DELETE FROM main.sqlite_sequence');
  database.run('INSERT INTO main.sqlite_sequence SELECT * FROM backup.numbers');
  database.run("INSERT INTO main.settings VALUES ('announce-due', '1')");
  database.run('DETACH backup');
}

/** Turns SQLCipher's errors about a backup into failures: a page that does not fit, or, on the first page, a key that does not. */
function backupFailure(error: unknown): unknown {
  if (error instanceof ChatError) return error.code === 'database-damaged' ? damaged() : error;
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'SQLITE_NOTADB') return new ChatError('backup-locked');
  if (/^SQLITE_(?:IOERR|CANTOPEN|NOMEM|PERM)/u.test(String(error.code)))
    return new ChatError('disk-failed', String(error.code));
  return String(error.code).startsWith('SQLITE_') ? damaged() : error;
}

function damaged(): ChatError {
  return new ChatError('backup-damaged');
}
