import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder (0700) and those above it that are missing. Node's own function loops for ever where the system says ENOENT about a folder
 * whose parent is there, as in /proc. Throws the system's errors.
 */
export function makeFolders(path: string): void {
  const error = make(path);
  if (!error) return;
  const above = dirname(path);
  if (error.code !== 'ENOENT' || above === path || existsSync(above)) throw error;
  makeFolders(above);
  const again = make(path);
  if (again) throw again;
}

function make(path: string): NodeJS.ErrnoException | null {
  try {
    mkdirSync(path, { mode: 0o700 });
    return null;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(path).isDirectory();
    return isThere ? null : (error as NodeJS.ErrnoException);
  }
}
