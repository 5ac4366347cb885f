import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const othersMayWrite = 0o022;

/**
 * Keeps compiled code beside the bundle, so that the next start compiles less; not where others could put theirs. If this user cannot
 * write there, nothing is kept. Sets the umask, because the folder is made here. To be called before anything large is imported.
 */
export function keepCompiled(): void {
  process.umask(0o077);
  const folder = fileURLToPath(new URL('./.compiled', import.meta.url));
  if (isOurs(folder)) enableCompileCache(folder);
}

/** Tells whether a folder is not there yet, or it and all in it belong to this user or to root, and only they may write there. */
export function isOurs(folder: string): boolean {
  try {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (!found) return true;
    if (!isSafe(found)) return false;
    return readdirSync(folder).every((name) => isSafe(lstatSync(join(folder, name))));
  } catch {
    // Root's, which this user cannot even list; or it goes at this moment.
    return false;
  }
}

function isSafe(found: Stats): boolean {
  const isOwn = found.uid === 0 || found.uid === process.getuid?.();
  return found.isDirectory() && isOwn && (found.mode & othersMayWrite) === 0;
}
