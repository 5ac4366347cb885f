import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/**
 * Keeps the statement that made an identity (with both signatures) for as long as the home lives: it is still shown long after its keys are
 * gone.
 */
export function keepStatement(database: Database, epoch: number, signed: Bytes): void {
  database.run('INSERT INTO statements VALUES (?, ?)', [epoch, signed]);
}

/** The statements that led to the epochs after `since`, up to `upTo`, oldest first; null when one of them is missing. */
export function statementsBetween(
  database: Database,
  { since, upTo }: { readonly since: number; readonly upTo: number },
): readonly Bytes[] | null {
  const sql = 'SELECT signed FROM statements WHERE epoch > ? AND epoch <= ? ORDER BY epoch';
  const rows = database.all<{ signed: Bytes }>(sql, [since, upTo]);
  return rows.length === Math.max(0, upTo - since) ? rows.map(({ signed }) => signed) : null;
}

/** The oldest epoch from which statements lead to the newest identity without a gap; null when there is none. */
export function provenSince(database: Database): number | null {
  const sql = `SELECT max(epoch) - 1 AS since FROM statements AS one
    WHERE NOT EXISTS (SELECT 1 FROM statements AS before WHERE before.epoch = one.epoch - 1)`;
  return database.get<{ since: number | null }>(sql)?.since ?? null;
}
