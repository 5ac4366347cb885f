import { asFailure, ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { guardPath } from '../../keys/guard-path.ts';
import { homePaths, type HomePaths } from '../control/home-paths.ts';
import { lstatSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { inboxFiles, inboxFolders } from '../../inbox/layout.ts';

/**
 * Refuses a home, whether or not it is set up, that another user could change: the folder, keys/, inbox/, onion/, config.toml, and each folder
 * above them. Also refuses one at a path that Node's permissions would read as a pattern, and one in which something is not what it must
 * be. Done before a home is read, made or served. Throws ChatError folder-owner, path-open, path-pattern, path-long, home-shape,
 * database-damaged.
 */
export function guardHome(home: string): void {
  const paths = homePaths(home);
  refusePattern(home);
  guardShapes(paths);
  try {
    for (const path of [paths.home, paths.keys, paths.inbox, paths.onion, paths.config])
      refusePattern(guardPath(path));
  } catch (error) {
    throw asFailure(error);
  }
}

/** `--allow-fs-read=/a/*` allows every file below /a, and `/a/b*c` every one that begins with /a/b; no other letter is special. */
export function refusePattern(path: string): void {
  if (path.includes('*')) throw new ChatError('path-pattern', printableLine(path));
}

/**
 * Refuses a home in which something is not what it must be: a folder where a file belongs, a pipe that would be waited for, an empty
 * database. A path that is missing, or cannot be looked at, is left to the code that needs it. Throws ChatError home-shape,
 * database-damaged.
 */
function guardShapes(paths: HomePaths): void {
  for (const path of foldersOf(paths)) refuseUnless(path, 'folder');
  for (const path of [paths.config, paths.database, paths.vault]) refuseUnless(path, 'file');
  // Node's permissions do not keep the listener from putting a socket where there is no file yet: a socket there must keep nobody out.
  for (const path of passingFilesOf(paths)) if (!look(path)?.isSocket()) refuseUnless(path, 'file');
  // SQLite takes an empty file for a database and fills it; none of ours is ever empty.
  if (look(paths.database)?.size === 0) throw new ChatError('database-damaged', 'it is empty');
}

function foldersOf({ home, keys, inbox, onion }: HomePaths): readonly string[] {
  return [...above(home), home, keys, inbox, onion, ...inboxFolders.map((folder) => join(inbox, folder))];
}

/** The nearest existing folder that a home would lie in. */
function above(home: string): readonly string[] {
  for (let at = dirname(home); at !== dirname(at); at = dirname(at)) if (look(at)) return [at];
  return [];
}

/** The files that are not there all the time. */
function passingFilesOf({
  database,
  control,
  publicKey,
  errors,
  beginning,
  inbox,
}: HomePaths): readonly string[] {
  const ofInbox = Object.values(inboxFiles).map((name) => join(inbox, name));
  return [`${database}-wal`, control, publicKey, errors, beginning, ...ofInbox];
}

function refuseUnless(path: string, wanted: 'file' | 'folder'): void {
  const found = look(path);
  if (!found && isLink(path))
    throw new ChatError('home-shape', `${printableLine(path)} is a broken symbolic link`);
  if (!found || (wanted === 'file' ? found.isFile() : found.isDirectory())) return;
  throw new ChatError('home-shape', `${printableLine(path)} is ${kindOf(found)}, not a ${wanted}`);
}

/** The stats of a path, or of what a link leads to; null also where a jail hides it. */
function look(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    return false;
  }
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isFile() ? 'a file' : 'a device';
}
