import { foldedOrNull } from '../core/fold.ts';
import type { Database } from './database.ts';

const setting = 'indexed-after';
const rowsAtOnce = 50;

/** Texts up to this row are not in the index; 0 when all of them are. */
export function indexedAfter(database: Database): number {
  const row = database.get<{ value: string }>('SELECT value FROM settings WHERE key = ?', [setting]);
  return Number(row?.value ?? 0);
}

/**
 * Empties the index, so `indexMore` rebuilds it from scratch. Taking many texts out of it one by one takes minutes: about 3 ms for each,
 * beside many others.
 */
export function emptyIndex(database: Database): void {
  database.run("INSERT INTO found_texts (found_texts) VALUES ('delete-all')");
  database.run(
    'INSERT OR REPLACE INTO settings SELECT ?, CAST(coalesce(max(row), 0) AS TEXT) FROM messages',
    [setting],
  );
}

/** Adds texts to the index, the newest first, for about `ms`; returns whether some are left. */
export function indexMore(database: Database, ms: number): boolean {
  const until = performance.now() + ms;
  do {
    const rows = database.all<{ row: number; text: string }>(
      "SELECT row, text FROM messages WHERE kind = 'text' AND row <= ? ORDER BY row DESC LIMIT ?",
      [indexedAfter(database), rowsAtOnce],
    );
    for (const { row, text } of rows) {
      const folded = foldedOrNull(text);
      if (folded !== null) database.run('UPDATE messages SET folded = ? WHERE row = ?', [folded, row]);
      database.run('INSERT INTO found_texts (rowid, text) VALUES (?, ?)', [row, folded ?? text]);
    }
    const last = rows.at(-1);
    if (!last) {
      database.run('DELETE FROM settings WHERE key = ?', [setting]);
      return false;
    }
    database.run('UPDATE settings SET value = ? WHERE key = ?', [String(last.row - 1), setting]);
  } while (performance.now() < until);
  return true;
}
