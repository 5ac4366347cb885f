import type { Database } from './database.ts';

/**
 * A number that differs from before whenever contacts, their slots or links have changed, even within a transaction and after a rollback.
 */
export function slotVersion(database: Database): string {
  const sql = 'SELECT CAST(version AS TEXT) AS version FROM temp.slot_version';
  return database.get<{ version: string }>(sql)?.version ?? '';
}
