import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import Sqlcipher from '@signalapp/sqlcipher';
import { ChatError } from '../core/errors.ts';
import { databaseFailure } from './database.ts';

const { O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * Takes the lock that a file stands for (made if it is missing, 0600, empty) and returns the function that releases it; null when
 * another process has it. The system releases the lock when this process dies. The lock is that of an empty database: Node has none of
 * its own. Throws ChatError disk-full, disk-failed, and the system's errors about the path.
 */
export function lockFile(path: string): (() => void) | null {
  closeSync(openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600));
  const before = lstatSync(path, { bigint: true }).ino;
  const connection = new Sqlcipher(path);
  const free = (): void => connection.close();
  try {
    // The previous holder may have removed the file between the lines above, and another process may have made the next one.
    const isOurs =
      lock(connection) && lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino === before;
    if (isOurs) return free;
  } catch (error) {
    free();
    throw error;
  }
  free();
  return null;
}

/** Returns true if no other process has the lock. */
function lock(connection: Sqlcipher): boolean {
  try {
    connection.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    const failure = databaseFailure(error);
    if (failure instanceof ChatError && failure.code === 'home-busy') return false;
    throw failure;
  }
}
