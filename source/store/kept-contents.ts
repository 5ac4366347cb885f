import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** A content that only a newer version can read, complete, with the epoch of its sender and the epoch of mine that it was sent to. */
export type KeptContent = {
  readonly row: number;
  readonly contactId: number;
  readonly epoch: number;
  readonly myEpoch: number;
  readonly content: Bytes;
};

/** Keeps the bytes of a content beside its line; returns false when a contact already has too many contents, or too large ones. */
export function keepContent(
  database: Database,
  kept: KeptContent,
  most: { readonly count: number; readonly bytes: number },
): boolean {
  const now = database.get<{ count: number; bytes: number | null }>(
    `SELECT count(*) AS count, sum(length(content)) AS bytes FROM kept_contents JOIN messages ON row = message_row
     WHERE contact_id = ?`,
    [kept.contactId],
  );
  if ((now?.count ?? 0) >= most.count || (now?.bytes ?? 0) + kept.content.length > most.bytes) return false;
  database.run('INSERT INTO kept_contents VALUES (?, ?, ?, ?)', [
    kept.row,
    kept.epoch,
    kept.myEpoch,
    kept.content,
  ]);
  return true;
}

/** All kept contents, by contact and in the order of the seqs. */
export function keptContents(database: Database): readonly KeptContent[] {
  return database.all<KeptContent>(
    `SELECT message_row AS row, contact_id AS contactId, epoch, my_epoch AS myEpoch, content
     FROM kept_contents JOIN messages ON row = message_row ORDER BY contact_id, seq`,
  );
}

/** True if a content of a contact is still kept. */
export function hasKept(database: Database, contactId: number): boolean {
  const sql = 'SELECT 1 AS found FROM kept_contents JOIN messages ON row = message_row WHERE contact_id = ?';
  return database.get(sql, [contactId]) !== undefined;
}

/** Forgets the bytes of a content that has been read. */
export function dropContent(database: Database, row: number): void {
  database.run('DELETE FROM kept_contents WHERE message_row = ?', [row]);
}
