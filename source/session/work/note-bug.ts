import { limits } from '../../core/limits.ts';
import { settingOrNull, writeSetting } from '../../store/settings.ts';
import type { Database } from '../../store/database.ts';

let logged = 0;

/**
 * Counts a bug that one file of the inbox caused, in the transaction that goes on without the file, and writes its place in the code to
 * standard error: `limits.loggedBugs` of one run, so that a flood of such files does not fill the disk.
 */
export function noteBug(database: Database, error: unknown): void {
  writeSetting(database, 'bugs', String(countBugs(database) + 1));
  if (logged >= limits.loggedBugs) return;
  logged += 1;
  process.stderr.write(describeBug(error));
}

/** How many files of the inbox this home could not read because of a bug. */
export function countBugs(database: Database): number {
  return Number(settingOrNull(database, 'bugs') ?? 0);
}

/**
 * The kind of an error and the places in the program, one a line. The message is left out: a parser may quote the bytes in it, and no log
 * contains anything of a message or a key.
 */
export function describeBug(error: unknown): string {
  const kind = error instanceof Error && /^\w{1,40}$/u.test(error.name) ? error.name : 'Error';
  const places = error instanceof Error ? placesOf(error) : '';
  return `cryptochat: bug: ${kind} over a file of the inbox, which was set aside${places}\n`;
}

/** The places behind the message in a stack; nothing when the stack does not hold the message, because it was changed since. */
function placesOf({ message, stack = '' }: Error): string {
  const at = stack.indexOf(message);
  const places = at === -1 ? [] : stack.slice(at + message.length).split('\n');
  return places
    .filter((line) => line.startsWith('    at '))
    .map((line) => `\n${line}`)
    .join('');
}
