import type { Database } from './database.ts';
import { emptyIndex } from './found-texts.ts';

const due = 'erase-due';
/** Above this number, texts are removed from the search index all at once. */
const fewTexts = 50;

/**
 * Deletes a contact with its keys, sessions, slots, messages and waiting envelopes. The hashes in `seen` and `base_keys` stay,
 * because they keep repeats out, and so do barred keys. With many texts it empties the search index: `indexMore` is due then.
 * Notes that `eraseRemains` is due.
 */
export function forgetContact(database: Database, id: number): void {
  const sql = "SELECT count(*) AS count FROM messages WHERE contact_id = ? AND kind = 'text'";
  const texts = database.get<{ count: number }>(sql, [id])?.count ?? 0;
  if (texts > fewTexts) emptyIndex(database);
  database.run('DELETE FROM contacts WHERE id = ?', [id]);
  noteEraseDue(database);
}

/** Notes that something was deleted and its remains may still be in the file. */
export function noteEraseDue(database: Database): void {
  database.run("INSERT OR IGNORE INTO settings VALUES (?, '')", [due]);
}

/** True if something was forgotten and its remains may still be in the file. */
export function isEraseDue(database: Database): boolean {
  return database.get('SELECT 1 AS found FROM settings WHERE key = ?', [due]) !== undefined;
}

/**
 * Rewrites the whole file and empties its log, which leaves no deleted data in free space. Outside any transaction. Throws ChatError
 * disk-full or disk-failed; then it is still due.
 */
export function eraseRemains(database: Database): void {
  database.run('VACUUM');
  if (eraseLog(database)) database.run('DELETE FROM settings WHERE key = ?', [due]);
}

/** Moves the log into the file and empties it; returns whether that succeeded. Outside any transaction. */
export function eraseLog(database: Database): boolean {
  return database.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')?.busy === 0;
}

/** The size of the database's file. */
export function fileBytes(database: Database): number {
  const { bytes = 0 } =
    database.get<{ bytes: number }>(
      'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size',
    ) ?? {};
  return bytes;
}
