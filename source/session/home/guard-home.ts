import { ChatError, asFailure } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { guardPath } from '../../keys/guard-path.ts';
import { guardShapes } from './guard-shapes.ts';
import { homePaths } from '../control/home-paths.ts';

/**
 * Refuses a home, whether or not it is set up, that another user could change: the folder, keys/, inbox/, config.toml, and each folder
 * above them. Also refuses one at a path that Node's permissions would read as a pattern, and one in which something is not what it must
 * be. Done before a home is read, made or served. Throws ChatError folder-owner, path-open, path-pattern, path-long, home-shape,
 * database-damaged.
 */
export function guardHome(home: string): void {
  const paths = homePaths(home);
  refusePattern(home);
  guardShapes(paths);
  try {
    for (const path of [paths.home, paths.keys, paths.inbox, paths.config]) refusePattern(guardPath(path));
  } catch (error) {
    throw asFailure(error);
  }
}

/** `--allow-fs-read=/a/*` allows every file below /a, and `/a/b*c` every one that begins with /a/b; no other letter means anything. */
export function refusePattern(path: string): void {
  if (path.includes('*')) throw new ChatError('path-pattern', printableLine(path));
}
