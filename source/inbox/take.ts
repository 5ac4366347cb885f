import { unlink, type FileHandle } from 'node:fs/promises';
import type { Bytes } from '../core/types.ts';
import { codeOf, ignoreMissing, openPlain } from '../disk/files.ts';
import { isBucket, parseMessageName } from './maildir.ts';
import { pathIn, quarantine } from './quarantine.ts';

/** A file of inbox/new: an envelope, something that was put away, or a file that is gone. */
export type Taken =
  | { readonly kind: 'envelope'; readonly slotId: string; readonly bytes: Bytes }
  | { readonly kind: 'quarantined' }
  | { readonly kind: 'gone' };

/**
 * Reads one file that `listNew` named. Anything that the listener would not have made is quarantined: it is never followed, never waited
 * for, and never read. The file stays until `discard`. Throws when the disk or the system fails.
 */
export async function takeEnvelope(inbox: string, name: string): Promise<Taken> {
  const message = parseMessageName(name);
  const file = message && (await openEnvelope(pathIn(inbox, 'new', name)));
  if (file === 'gone') return { kind: 'gone' };
  const bytes = file && (await readWhole(file, message.bytes));
  if (message && bytes) return { kind: 'envelope', slotId: message.slotId, bytes };
  return { kind: (await quarantine(inbox, name)) ? 'quarantined' : 'gone' };
}

async function openEnvelope(path: Buffer): Promise<FileHandle | 'gone' | null> {
  try {
    return await openPlain(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return 'gone';
    // A link, a socket, a file that is not ours.
    if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO' || code === 'EACCES') return null;
    throw error;
  }
}

async function readWhole(file: FileHandle, size: number): Promise<Bytes | null> {
  try {
    const found = await file.stat();
    const ours = found.isFile() && found.nlink === 1 && found.uid === (process.getuid?.() ?? found.uid);
    if (!ours || found.size !== size || !isBucket(size)) return null;
    const bytes = new Uint8Array(size);
    let read = 0;
    while (read < size) {
      const { bytesRead } = await file.read(bytes, read, size - read, read);
      if (bytesRead === 0) return null;
      read += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** Removes files of inbox/new whose content is in the database. A crash before this leaves a file that is opened again. */
export async function discard(inbox: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => unlink(pathIn(inbox, 'new', name)).catch(ignoreMissing)));
}
