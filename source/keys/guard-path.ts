import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';

const othersMayWrite = 0o022;
const sticky = 0o1000;
/** As many links as the system itself follows. */
const mostLinks = 40;

/**
 * Refuses a path if another user could replace it or its content: the path and every folder above it, through all links, must belong to
 * this user or to root, and nobody else may write there. Only a folder above may be sticky (/tmp), because nobody can replace another
 * user's files in it. Missing parts of the path are not checked. The rule is that of sshd's StrictModes; access control lists are not
 * read. Returns the path without links. Throws ChatError folder-owner, path-open.
 */
export function guardPath(path: string): string {
  const self = process.getuid?.();
  if (self === undefined) return path;
  let at = '/';
  let links = 0;
  const rest = partsOf(resolve(path));
  refuse('/', lstatSync('/'), { self, isLast: rest.length === 0 });
  while (rest.length > 0) {
    const name = rest.shift() ?? '';
    const next = name === '..' ? dirname(at) : join(at, name);
    const found = lstatSync(next, { throwIfNoEntry: false });
    if (!found) return join(next, ...rest);
    if (found.isSymbolicLink()) {
      refuseOwner(next, found, self);
      if (++links > mostLinks) throw new ChatError('disk-failed', 'ELOOP');
      const target = readlinkSync(next);
      rest.unshift(...partsOf(target));
      if (isAbsolute(target)) at = '/';
      continue;
    }
    refuse(next, found, { self, isLast: rest.length === 0 });
    at = next;
  }
  return at;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function refuse(
  path: string,
  found: Stats,
  { self, isLast }: { readonly self: number; readonly isLast: boolean },
): void {
  refuseOwner(path, found, self);
  const isShared = (found.mode & sticky) !== 0 && !isLast;
  if ((found.mode & othersMayWrite) !== 0 && !isShared) throw new ChatError('path-open', printableLine(path));
}

function refuseOwner(path: string, { uid }: Stats, self: number): void {
  if (uid !== self && uid !== 0) throw new ChatError('folder-owner', printableLine(path));
}
