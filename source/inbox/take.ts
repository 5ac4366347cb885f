import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { limits } from '../core/limits.ts';
import type { Bytes } from '../core/types.ts';
import { codeOf, ignoreMissing, plainly } from '../disk/files.ts';
import { parseMessageName, type MessageName } from '../core/message-name.ts';
import { pathIn, quarantine } from './quarantine.ts';

/** A file of inbox/new: some of its `count` envelopes, something that was put away, or a file that is gone. */
export type Taken =
  | {
      readonly kind: 'envelopes';
      readonly slotId: string;
      readonly envelopes: readonly Bytes[];
      readonly count: number;
    }
  | { readonly kind: 'quarantined' }
  | { readonly kind: 'gone' };

/**
 * Reads the next envelopes, from number `from` on, of one file that `listNew` named. Anything that the listener would not have made is
 * quarantined: it is never followed, never waited for, and never read. The file stays until `discard`. Throws when the disk or the system
 * fails.
 */
export async function takeEnvelopes(inbox: string, name: string, from = 0): Promise<Taken> {
  const message = parseMessageName(name);
  const file = message && openFile(pathIn(inbox, 'new', name));
  if (file === 'gone') return { kind: 'gone' };
  const upTo = message ? Math.min(message.count, from + limits.takenAtOnce) : 0;
  const bytes = message && file !== null ? readPart(file, message, { from, upTo }) : null;
  if (!message || !bytes) return { kind: (await quarantine(inbox, name)) ? 'quarantined' : 'gone' };
  const size = message.bytes;
  const envelopes = Array.from({ length: upTo - from }, (_, at) => bytes.slice(at * size, (at + 1) * size));
  return { kind: 'envelopes', slotId: message.slotId, envelopes, count: message.count };
}

/** Opens the file without following a link or waiting for the writer of a pipe; null if it is not a file of ours. */
function openFile(path: Buffer): number | 'gone' | null {
  try {
    return openSync(path, plainly);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return 'gone';
    // A link, a socket, a file that is not ours.
    if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO' || code === 'EACCES') return null;
    throw error;
  }
}

/**
 * The bytes of some envelopes; null when the file is not ours, or not of the size that its name says. Four trips to another thread would
 * take ten times as long as reading this little.
 */
function readPart(
  file: number,
  { bytes: size, count }: MessageName,
  { from, upTo }: { readonly from: number; readonly upTo: number },
): Bytes | null {
  try {
    const found = fstatSync(file);
    const ours = found.isFile() && found.nlink === 1 && found.uid === (process.getuid?.() ?? found.uid);
    if (!ours || found.size !== size * count) return null;
    const bytes = new Uint8Array(size * (upTo - from));
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(file, bytes, read, bytes.length - read, from * size + read);
      if (more === 0) return null;
      read += more;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Removes files of inbox/new whose content is in the database. A crash before this leaves a file that is opened again. */
export async function discard(inbox: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => unlink(pathIn(inbox, 'new', name)).catch(ignoreMissing)));
}
