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

/** A hello opens the door: it goes ahead of what waits longer, and is not made again. */
const isHello = "messages.kind = 'hidden' AND messages.text = 'hello'";

/**
 * The first `most` of my contents to a contact that no envelope was made for yet, in order. But for a hello envelopes are made
 * in order, so these are behind the newest that waits; what is before it has its turn when that is gone.
 */
export function unsentTo(database: Database, contactId: number, most: number): readonly Unsent[] {
  const newest = database.get<{ seq: number }>(
    `SELECT seq FROM outbox JOIN messages ON messages.row = message_row WHERE outbox.contact_id = ? AND NOT (${isHello})
     ORDER BY outbox.id DESC LIMIT 1`,
    [contactId],
  );
  return database.all<Unsent>(
    `SELECT row, id, seq, kind, text FROM messages INDEXED BY messages_waiting
     WHERE contact_id = ? AND direction = 'out' AND state = 'queued' AND seq > ?
       AND NOT (${isHello} AND EXISTS (SELECT 1 FROM outbox WHERE message_row = messages.row)) ORDER BY seq LIMIT ?`,
    [contactId, newest?.seq ?? 0, most],
  );
}

/** Whether a hidden content to a contact, named with `prefix`, waits without an envelope. */
export function hasUnsent(database: Database, contactId: number, prefix: string): boolean {
  const sql = `SELECT 1 AS found FROM messages WHERE ${mine} AND state = 'queued' AND kind = 'hidden'
    AND substr(text, 1, ?) = ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE message_row = messages.row)`;
  return database.get(sql, [contactId, prefix.length, prefix]) !== undefined;
}

/** Takes back every envelope that waits for a contact, but the hello; what they carried is unsent again. */
export function recallMail(database: Database, contactId: number): void {
  database.run(
    `DELETE FROM outbox WHERE contact_id = ?
     AND NOT EXISTS (SELECT 1 FROM messages WHERE row = message_row AND ${isHello})`,
    [contactId],
  );
}

/** Takes back every envelope that waits for a contact, also a hello, because another one takes its place. */
export function recallAll(database: Database, contactId: number): void {
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

/** Makes what was sent before `before` (ms since 1970), and is not known to be delivered, unsent again; answers how many. */
export function requeueStale(database: Database, contactId: number, before: number): number {
  const sql = `UPDATE messages SET state = 'queued' WHERE ${mine} AND state = 'sent' AND sent_at < ? RETURNING row`;
  return database.all(sql, [contactId, before]).length;
}

/** The rows of what is not delivered, in order. */
export function undeliveredTo(database: Database, contactId: number): readonly number[] {
  const sql = `SELECT row FROM messages WHERE ${mine} AND state IN ('queued', 'sent') ORDER BY seq`;
  return database.all<{ row: number }>(sql, [contactId]).map(({ row }) => row);
}

/** The seqs of what is delivered above seq `above`. */
export function deliveredAbove(database: Database, contactId: number, above: number): readonly number[] {
  const sql = `SELECT seq FROM messages WHERE ${mine} AND seq > ? AND state = 'delivered'`;
  return database.all<{ seq: number }>(sql, [contactId, above]).map(({ seq }) => seq);
}

/** How many of my seqs are filled with nothing. */
export function countVoids(database: Database, contactId: number): number {
  const sql = `SELECT count(*) AS count FROM messages WHERE ${mine} AND kind = 'hidden' AND text = 'void'`;
  return database.get<{ count: number }>(sql, [contactId])?.count ?? 0;
}

/** Seqs of mine that nothing has, after `after` and before `before`: the first `most` of the holes' numbers. */
export function missingSeqs(
  database: Database,
  contactId: number,
  range: { readonly after: number; readonly before: number; readonly most: number },
): readonly number[] {
  // A hole ends before a seq whose predecessor is not there.
  const holes = database.all<{ first: number; end: number }>(
    `SELECT coalesce(lag(seq) OVER (ORDER BY seq), ?) + 1 AS first, seq AS end FROM (
       SELECT seq FROM messages WHERE ${mine} AND seq > ? AND seq < ? UNION ALL SELECT ?)`,
    [range.after, contactId, range.after, range.before, range.before],
  );
  const missing: number[] = [];
  for (const { first, end } of holes) {
    for (let seq = first; seq < end && missing.length < range.most; seq += 1) missing.push(seq);
  }
  return missing;
}

/** Gives messages of mine other seqs, and makes them unsent; first none, because a seq is there once. */
export function renumber(
  database: Database,
  moves: ReadonlyArray<{ readonly row: number; readonly seq: number }>,
): void {
  for (const { row } of moves) database.run('UPDATE messages SET seq = 0 WHERE row = ?', [row]);
  for (const { row, seq } of moves) {
    database.run("UPDATE messages SET seq = ?, state = 'queued' WHERE row = ?", [seq, row]);
  }
}
