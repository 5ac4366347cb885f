import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** A content of mine that waits; `text` is what a person wrote, or what a hidden one is. */
export type Unsent = {
  readonly row: number;
  readonly id: Bytes;
  readonly seq: number;
  readonly kind: 'text' | 'notice' | 'hidden';
  readonly text: string;
};

const mine = "contact_id = ? AND direction = 'out' AND seq > 0";

/** The first `most` of my contents to a contact that no envelope was made for yet, in order. */
export function unsentTo(database: Database, contactId: number, most: number): readonly Unsent[] {
  return database.all<Unsent>(
    `SELECT row, id, seq, kind, text FROM messages INDEXED BY messages_waiting
     WHERE contact_id = ? AND direction = 'out' AND state = 'queued' AND seq > 0
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE message_row = messages.row) ORDER BY seq LIMIT ?`,
    [contactId, most],
  );
}

/** Takes back every envelope that waits for a contact; what they carried is unsent again. */
export function recallMail(database: Database, contactId: number): void {
  database.run('DELETE FROM outbox WHERE contact_id = ?', [contactId]);
}

/**
 * Makes everything above seq `above` unsent again, also what was delivered: its reader has lost it. Answers how many of
 * those that were delivered are texts.
 */
export function requeueAbove(database: Database, contactId: number, above: number): number {
  const lost = database.get<{ count: number }>(
    `SELECT count(*) AS count FROM messages WHERE ${mine} AND seq > ? AND state = 'delivered' AND kind = 'text'`,
    [contactId, above],
  );
  database.run(`UPDATE messages SET state = 'queued' WHERE ${mine} AND seq > ?`, [contactId, above]);
  return lost?.count ?? 0;
}

/** Gives what is not delivered new seqs from `next` on, in the same order; answers the seq after the last. */
export function renumberUndelivered(database: Database, contactId: number, next: number): number {
  const rows = database.all<{ row: number }>(
    `SELECT row FROM messages WHERE ${mine} AND state IN ('queued', 'sent') ORDER BY seq`,
    [contactId],
  );
  for (const [at, { row }] of rows.entries()) {
    database.run("UPDATE messages SET seq = ?, state = 'queued' WHERE row = ?", [next + at, row]);
  }
  return next + rows.length;
}
