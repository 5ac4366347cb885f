import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ChatError } from '../../core/errors.ts';
import type { Bytes } from '../../core/types.ts';
import { ignoreMissing } from '../../disk/files.ts';
import { openDatabase, type Database } from '../../store/database.ts';

/** Where a copy may lie: the second is memory on every Linux, and is there even when the disk of the first is the full one. */
const places = [tmpdir(), '/dev/shm'];

/**
 * Opens a copy of the database elsewhere, to read it when its disk is full or cannot be written: SQLite needs to write beside a database
 * even to read it. The copy is encrypted as the database is, and removed by `close`. Throws ChatError disk-full when there is no room for
 * it anywhere, and the errors of openDatabase().
 */
export async function openDatabaseCopy(file: string, key: Bytes): Promise<Database> {
  for (const place of places) {
    const folder = await mkdtemp(join(place, 'cryptochat-read-')).catch(() => null);
    const copy = folder && (await copyInto(folder, file));
    if (!folder || !copy) continue;
    // Do this synchronously, even where nobody waits for it: the process ends next.
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    process.once('exit', remove);
    try {
      const database = openDatabase(copy, key);
      return {
        ...database,
        close() {
          database.close();
          process.off('exit', remove);
          remove();
        },
      };
    } catch (error) {
      remove();
      throw error;
    }
  }
  throw new ChatError('disk-full');
}

/** The path of the copy, which includes the log beside the database; null, with nothing left behind, when there is no room. */
async function copyInto(folder: string, file: string): Promise<string | null> {
  const copy = join(folder, basename(file));
  try {
    await copyFile(file, copy);
    await copyFile(`${file}-wal`, `${copy}-wal`).catch(ignoreMissing);
    return copy;
  } catch {
    await rm(folder, { recursive: true, force: true });
    return null;
  }
}
