import { ChatError } from '../core/errors.ts';
import type { Database } from './database.ts';

/**
 * Runs `work` inside one transaction: when this returns, all its writes are on the disk; when this throws, none are. Only one at a time:
 * session/ calls it from inside a turn. BEGIN, COMMIT and ROLLBACK are our own because the library's helper hides a full disk behind a
 * failed rollback.
 */
export async function commit<Result>(
  database: Database,
  work: () => Promise<Result> | Result,
): Promise<Result> {
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

/** A full disk may already have caused a rollback; then there is nothing left to undo. */
function rollBack(database: Database): void {
  try {
    database.run('ROLLBACK');
  } catch {
    return;
  }
}

/**
 * Runs `work` inside the current transaction; when it returns false or throws, its writes are rolled back and the transaction continues.
 * A ChatError (a full disk) ends the whole transaction instead. Any other error is a bug: `bug` is called after the rollback.
 */
export async function savepoint(
  database: Database,
  work: () => Promise<boolean>,
  bug: (error: unknown) => void,
): Promise<boolean> {
  database.run('SAVEPOINT one');
  const { good, thrown } = await outcomeOf(work);
  if (!good) database.run('ROLLBACK TO one');
  database.run('RELEASE one');
  for (const error of thrown) bug(error);
  return good;
}

type CommitOutcome = { readonly good: boolean; readonly thrown: readonly unknown[] };

/** A bug that one file triggers must not keep every later file from being read: the file goes to quarantine. */
async function outcomeOf(work: () => Promise<boolean>): Promise<CommitOutcome> {
  try {
    return { good: await work(), thrown: [] };
  } catch (error) {
    if (error instanceof ChatError) throw error;
    return { good: false, thrown: [error] };
  }
}
