import { statSync } from 'node:fs';
import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { HomePaths } from '../control/home-paths.ts';

/**
 * Remembers which home, keys/ and chat.db these are. Returns a check that throws ChatError home-replaced once one of them was removed or
 * replaced: anything written then goes into files that nobody will ever open again, and must not be acknowledged.
 */
export function holdKeys({ home, keys, database }: HomePaths): () => void {
  const held = [home, keys, database].map((path) => [path, identityOf(path)] as const);
  return () => {
    for (const [path, identity] of held)
      if (identityOf(path) !== identity) throw new ChatError('home-replaced', printableLine(path));
  };
}

/** The identity of a path, or of what a link leads to: keys/ may lie elsewhere. */
function identityOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev} ${found.ino}` : '';
}
