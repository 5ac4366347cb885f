import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import Sqlcipher from '@signalapp/sqlcipher';

const { O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * Takes the lock that a file stands for (made if it is not there, 0600, empty) and answers what gives it back; null when another
 * process has it. The system gives it back when this process dies. The lock is that of an empty database: Node has none of its own.
 */
export function lockFile(path: string): (() => void) | null {
  closeSync(openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600));
  const before = lstatSync(path, { bigint: true }).ino;
  const connection = new Sqlcipher(path);
  const free = (): void => connection.close();
  try {
    connection.exec('BEGIN EXCLUSIVE');
    // Whoever had it before may have removed the file between the lines above, and another one made the next.
    if (lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino === before) return free;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))) {
      free();
      throw error;
    }
  }
  free();
  return null;
}
