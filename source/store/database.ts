import { existsSync } from 'node:fs';
import Sqlcipher, { setLogger } from '@signalapp/sqlcipher';
import type { Bytes } from '../core/types.ts';
import { ChatError } from '../core/errors.ts';
import { keepCounts } from './keep-counts.ts';
import { migrations } from './migrations.ts';
import { createRemembered, type Remembered } from './remembered.ts';
import { listTerms } from './folded-texts.ts';
import { watchSlots } from './watch-slots.ts';

/** A value that goes into or comes out of SQL. */
export type SqlValue = string | number | null | Bytes;

/** One row as it comes out of SQL; the query that asked knows its shape. */
type SqlRow = Readonly<Record<string, SqlValue>>;

/** The open database. All SQL of the program goes through these functions, and only from store/. */
export type Database = {
  /** Runs one statement; returns the row id of an inserted row. */
  readonly run: (sql: string, values?: readonly SqlValue[]) => number;
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the door: a query knows the shape of its row
  readonly get: <Row extends SqlRow>(sql: string, values?: readonly SqlValue[]) => Row | undefined;
  readonly all: <Row extends SqlRow>(sql: string, values?: readonly SqlValue[]) => Row[];
  /** Cached rows. */
  readonly remembered: Pick<Remembered, 'of' | 'row'>;
  readonly close: () => void;
};

/**
 * Opens (or makes) the database with the 32-byte `key`, takes the exclusive lock, and brings the schema up to date, or up
 * to `version`.
 * Throws ChatError `home-busy` when another process holds it, `database-damaged`, `database-newer`, `disk-full`
 * or `disk-failed`.
 */
export function openDatabase(file: string, key: Bytes, version = migrations.length): Database {
  setLogger(() => undefined);
  const isNew = !existsSync(file);
  const connection = guarded(() => new Sqlcipher(file, { cacheStatements: true }));
  try {
    prepare(connection, { key, upTo: version, isNew });
  } catch (error) {
    connection.close();
    throw databaseFailure(error);
  }
  const remembered = createRemembered();
  const planned = planOnce(connection);
  const statement = <Result>(sql: string, work: () => Result): Result => {
    remembered.forget(sql);
    try {
      return guarded(work);
    } catch (error) {
      // A full disk may have rolled everything back.
      remembered.forget('');
      throw error;
    }
  };
  return {
    run: (sql, values = []) => statement(sql, () => planned(sql).run(values).lastInsertRowid),
    get: (sql, values = []) => statement(sql, () => planned(sql).get(values)),
    all: (sql, values = []) => statement(sql, () => planned(sql).all(values)),
    remembered,
    close: () => connection.close(),
  };
}

function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw databaseFailure(error);
  }
}

/**
 * The order matters: SQLCipher, which complains on stderr in spite of setLogger, is silenced before it sees the key, and the key comes
 * before the rest; FULL because this build's WAL default does not sync (PROTOCOL decisions).
 */
function prepare(
  connection: Sqlcipher,
  { key, upTo, isNew }: { readonly key: Bytes; readonly upTo: number; readonly isNew: boolean },
): void {
  connection.pragma('cipher_log_level = NONE');
  connection.pragma(`key = "${keyText(key)}"`);
  connection.pragma('locking_mode = EXCLUSIVE');
  const version = Number(connection.pragma('user_version', { simple: true }));
  // An empty file was not made by us: filling it would hide the loss of a history.
  const isEmpty = version === 0 && connection.prepare('SELECT 1 FROM sqlite_master').get() === undefined;
  if (isEmpty && !isNew) throw new ChatError('database-damaged', 'there is nothing in it');
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('secure_delete = ON');
  connection.pragma('trusted_schema = OFF');
  if (connection.pragma('synchronous', { simple: true }) !== 2) throw new Error('synchronous is not FULL');
  if (version > migrations.length) throw new ChatError('database-newer');
  connection.exec('BEGIN EXCLUSIVE');
  for (const migration of migrations.slice(version, upTo)) connection.exec(migration);
  connection.exec(`PRAGMA user_version = ${Math.max(version, upTo)}; COMMIT`);
  if (upTo === migrations.length) connection.exec([watchSlots, keepCounts, listTerms].join(';\n'));
}

/** A key in the form that SQLCipher takes: 32 bytes, or 48 with the salt of the file. */
export function keyText(key: Bytes): string {
  return `x'${Buffer.from(key).toString('hex')}'`;
}

/**
 * Turns SQLite's errors about the disk, or about another process, into failures that a person can act on; leaves anything else as it is.
 */
export function databaseFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new ChatError('home-busy');
    case 'SQLITE_FULL':
    case 'SQLITE_IOERR_SHMSIZE':
      return new ChatError('disk-full');
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return new ChatError('database-damaged', error.code);
    default:
      return /^SQLITE_(?:IOERR|CANTOPEN|READONLY|NOMEM|PERM|AUTH)/u.test(String(error.code))
        ? new ChatError('disk-failed', String(error.code))
        : error;
  }
}

type Statement = ReturnType<Sqlcipher['prepare']>;

/**
 * Prepares each statement once. SQLite plans a statement again on every run if the value of a `?` might change its plan (in LIMIT, or
 * compared like the condition of a partial index), which costs more than most of our statements; its planner does not look at a value
 * behind a plus. No statement may have a `?` inside a text. https://www.sqlite.org/c3ref/prepare.html
 */
function planOnce(connection: Sqlcipher): (sql: string) => Statement {
  const plans = new Map<string, Statement>();
  return (sql) => {
    const known = plans.get(sql);
    if (known) return known;
    const plan = connection.prepare(sql.replaceAll('?', '+?'));
    plans.set(sql, plan);
    return plan;
  };
}
