import type { Database } from './database.ts';

/**
 * Runs `work` inside one transaction: everything it writes is on the disk when this answers, or nothing is and it
 * throws. Only one at a time: session/ calls it from inside a turn. BEGIN, COMMIT and ROLLBACK are our own because the
 * library's helper hides a full disk behind a failed rollback.
 */
export async function commit<Result>(database: Database, work: () => Promise<Result> | Result): Promise<Result> {
  database.run('BEGIN IMMEDIATE');
  try {
    const result = await work();
    database.run('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** A full disk may have rolled back by itself already; then there is nothing left to undo. */
function rollBack(database: Database): void {
  try {
    database.run('ROLLBACK');
  } catch {
    return;
  }
}
