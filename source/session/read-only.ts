import type { Calls } from '../core/calls.ts';
import { createCalls } from './answer-calls.ts';
import { createChanges } from './work/changes.ts';
import { openDatabaseCopy } from './home/database-copy.ts';
import { homePaths } from './control/home-paths.ts';
import type { Mail } from './sending/mail.ts';
import { createContext, type SessionOptions } from './session.ts';

/**
 * Opens a home for reading alone, from a copy of its database: for a disk that is full, or that cannot be written. It sends, receives and
 * keeps nothing, so only calls that read make sense. Throws the errors of openDatabaseCopy().
 */
export async function openForReading(
  options: Omit<SessionOptions, 'listen'>,
): Promise<{ readonly calls: Calls; readonly close: () => void }> {
  const database = await openDatabaseCopy(homePaths(options.home).database, options.databaseKey);
  const context = { ...createContext(options, database), finish: () => Promise.resolve() };
  const calls = createCalls(context, {
    mail: noMail,
    changes: createChanges(),
    indexing: { ring: () => false },
    idle: noMail.idle,
  });
  return { calls, close: database.close };
}

const noMail: Mail = {
  retryNow: nothing,
  refresh: nothing,
  heard: nothing,
  tried: () => null,
  recall: nothing,
  idle: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

function nothing(): void {
  return undefined;
}
