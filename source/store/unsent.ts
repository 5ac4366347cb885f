import type { Bytes } from '../core/types.ts';
import type { Database, SqlValue } from './database.ts';
import type { Ordered } from './order.ts';

/** A content of mine that waits: what a person wrote, or the name of its kind (`what`) with the body that it had, if that is kept. */
export type Unsent = {
  readonly row: number;
  readonly id: Bytes;
  readonly seq: number;
  readonly text: string;
  readonly what: string | null;
  readonly body: Bytes | null;
};

const mine = "contact_id = ? AND direction = 'out' AND seq > 0";

/** A hello opens the door: it goes ahead of what waits longer, and is not made again. */
const isHello = "coalesce(messages.what, '') = 'hello'";

/**
 * The first `most` of my contents to a contact that no envelope was made for yet, or that are to go out again, in order. But for a
 * hello envelopes are made in order, so these are behind the newest that waits; what is before it has its turn when that is gone.
 */
export function unsentTo(database: Database, contactId: number, most: number): readonly Unsent[] {
  const newest = database.get<{ seq: number }>(
    `SELECT seq FROM outbox JOIN messages ON messages.row = message_row WHERE outbox.contact_id = ? AND NOT (${isHello})
     ORDER BY outbox.id DESC LIMIT 1`,
    [contactId],
  );
  const after = newest?.seq ?? 0;
  const first = `SELECT row, id, seq, text, iif(kind = 'text', what, coalesce(what, 'void')) AS what, body FROM messages INDEXED BY`;
  const queued = database.all<Unsent>(
    `${first} messages_waiting WHERE contact_id = ? AND direction = 'out' AND state = 'queued' AND seq > ?
       AND NOT (${isHello} AND EXISTS (SELECT 1 FROM outbox WHERE message_row = messages.row)) ORDER BY seq LIMIT ?`,
    [contactId, after, most],
  );
  const again = database.all<Unsent>(
    `${first} messages_again WHERE contact_id = ? AND direction = 'out' AND again = 1 AND state <> 'queued' AND seq > ?
     ORDER BY seq LIMIT ?`,
    [contactId, after, most],
  );
  return [...queued, ...again].toSorted((one, other) => one.seq - other.seq).slice(0, most);
}

/** The last hello to a contact when it is on the other side's disk and was not acknowledged; null while it waits here. */
export function helloOf(database: Database, contactId: number): (Ordered & { readonly row: number }) | null {
  const sql = `SELECT row, id, seq FROM messages WHERE ${mine} AND ${isHello} AND state = 'sent' ORDER BY seq DESC LIMIT 1`;
  return database.get<Ordered & { readonly row: number }>(sql, [contactId]) ?? null;
}

/**
 * Takes back the envelopes that wait for a contact, but the hello and statements about keys, which are in sessions of their own; what
 * they carried is unsent again. Answers whether a receipt was among them.
 */
export function recallMail(database: Database, contactId: number): boolean {
  const mail = `contact_id = ? AND address IS NULL AND what NOT IN ('statement', 'answer')
    AND NOT EXISTS (SELECT 1 FROM messages WHERE row = message_row AND ${isHello})`;
  markAgain(database, `row IN (SELECT message_row FROM outbox WHERE ${mail})`, [contactId]);
  const gone = database.all<{ what: string }>(`DELETE FROM outbox WHERE ${mail} RETURNING what`, [contactId]);
  return gone.some(({ what }) => what === 'receipt');
}

/** Takes back every envelope that waits for a contact, also a hello and statements, because others take their place. */
export function recallAll(database: Database, contactId: number): void {
  markAgain(database, 'row IN (SELECT message_row FROM outbox WHERE contact_id = ?)', [contactId]);
  database.run('DELETE FROM outbox WHERE contact_id = ?', [contactId]);
}

/**
 * Marks my contents above seq `after`, up to seq `upTo`, for going out again, whatever is known of them: their reader has lost them.
 * At most `most` at a time; answers the seq from which on more of them are left, 0 when none are.
 */
export function sendAgain(
  database: Database,
  contactId: number,
  range: { readonly after: number; readonly upTo: number; readonly most: number },
): number {
  const seqs = database.all<{ seq: number }>(
    `SELECT seq FROM messages WHERE ${mine} AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
    [contactId, range.after, range.upTo, range.most + 1],
  );
  const next = seqs[range.most]?.seq ?? 0;
  markAgain(database, `${mine} AND seq > ? AND seq <= ?`, [
    contactId,
    range.after,
    next === 0 ? range.upTo : next - 1,
  ]);
  return next;
}

/** What a contact has, up to seq `upTo` or at just one seq, does not go out again. */
export function neednt(database: Database, contactId: number, seqs: { from: number; upTo: number }): void {
  const sql = `UPDATE messages INDEXED BY messages_again SET again = 0
    WHERE contact_id = ? AND direction = 'out' AND again = 1 AND seq BETWEEN ? AND ?`;
  database.run(sql, [contactId, seqs.from, seqs.upTo]);
}

/** How many texts above seq `above`, up to `upTo`, were delivered. */
export function countDelivered(database: Database, contactId: number, above: number): number {
  const lost = database.get<{ count: number }>(
    `SELECT count(*) AS count FROM messages WHERE ${mine} AND seq > ? AND state = 'delivered' AND kind = 'text'`,
    [contactId, above],
  );
  return lost?.count ?? 0;
}

/** Has what was sent before `before` (ms since 1970), and is not known to be delivered, go out again; answers how many. */
export function resendStale(database: Database, contactId: number, before: number): number {
  return markAgain(
    database,
    `row IN (SELECT row FROM messages INDEXED BY messages_undelivered WHERE contact_id = ? AND direction = 'out'
       AND state IN ('queued', 'sent') AND state = 'sent' AND seq > 0 AND sent_at < ?)`,
    [contactId, before],
  );
}

/** What is queued goes out anyhow; of what was sent or delivered that is kept, and only noted that it goes again. */
function markAgain(database: Database, which: string, values: readonly SqlValue[]): number {
  const sql = `UPDATE messages SET again = 1 WHERE state <> 'queued' AND ${which} RETURNING row`;
  return database.all(sql, values).length;
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
  const sql = `SELECT count(*) AS count FROM messages WHERE ${mine} AND what = 'void'`;
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

/** Gives messages of mine other seqs, under which they go out (again); first none, because a seq is there once. */
export function renumber(
  database: Database,
  moves: ReadonlyArray<{ readonly row: number; readonly seq: number }>,
): void {
  for (const { row } of moves) database.run('UPDATE messages SET seq = 0 WHERE row = ?', [row]);
  for (const { row, seq } of moves) {
    database.run("UPDATE messages SET seq = ?, again = state <> 'queued' WHERE row = ?", [seq, row]);
  }
}
