import { lstatSync, readdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const othersMayWrite = 0o022;

/**
 * Keeps compiled code beside the bundle, so that the next start compiles less; not where others could put theirs. Where this user cannot
 * write, nothing is kept. To be called before anything large is imported.
 */
export function keepCompiled(): void {
  process.umask(0o077);
  const folder = fileURLToPath(new URL('./.compiled', import.meta.url));
  if (isOurs(folder)) enableCompileCache(folder);
}

/** Tells whether a folder is not there yet, or it and all in it belong to this user or to root, and only they may write there. */
export function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found) return true;
  const isSafe = ({ uid, mode }: typeof found): boolean =>
    (uid === 0 || uid === process.getuid?.()) && (mode & othersMayWrite) === 0;
  if (!found.isDirectory() || !isSafe(found)) return false;
  return readdirSync(folder, { withFileTypes: true }).every(
    (one) => one.isDirectory() && isSafe(lstatSync(`${folder}/${one.name}`)),
  );
}
