import type { Bytes } from '../core/types.ts';
import type { Database, SqlValue } from './database.ts';
import type { Ordered } from './order.ts';

/** A waiting content of mine: a person's text, or the name of its kind (`what`) with its body, if that is kept. */
export type Unsent = {
  readonly row: number;
  readonly id: Bytes;
  readonly seq: number;
  readonly text: string;
  readonly what: string | null;
  readonly body: Bytes | null;
};

// `seq > 0`, which an index is made with, stands behind every other lower bound: see store/order.ts.
const mine = "contact_id = ? AND direction = 'out'";

/** A hello opens the door: it goes ahead of contents that have waited longer, and is not made again. */
const isHello = "coalesce(messages.what, '') = 'hello'";

/**
 * The first `most` of my contents to a contact that have no envelope yet, or that are to go out again, in order. Except for a hello,
 * envelopes are made in order, so these contents come after the newest one that waits; earlier contents get their turn when that one is
 * gone.
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

/** The last hello to a contact if it is on the other side's disk and was not acknowledged; null while it waits here. */
export function helloOf(database: Database, contactId: number): (Ordered & { readonly row: number }) | null {
  const sql = `SELECT row, id, seq FROM messages WHERE ${mine} AND seq > 0 AND ${isHello} AND state = 'sent' ORDER BY seq DESC LIMIT 1`;
  return database.get<Ordered & { readonly row: number }>(sql, [contactId]) ?? null;
}

/**
 * Takes back the envelopes that wait for a contact, except the hello and statements about keys, which are in sessions of their own;
 * their contents are unsent again. Returns whether a receipt was among them.
 */
export function recallMail(database: Database, contactId: number): boolean {
  const mail = `contact_id = ? AND address IS NULL AND what NOT IN ('statement', 'answer')
    AND NOT EXISTS (SELECT 1 FROM messages WHERE row = message_row AND ${isHello})`;
  markAgain(database, `row IN (SELECT message_row FROM outbox WHERE ${mail})`, [contactId]);
  const gone = database.all<{ what: string }>(`DELETE FROM outbox WHERE ${mail} RETURNING what`, [contactId]);
  return gone.some(({ what }) => what === 'receipt');
}

/** Takes back every envelope that waits for a contact, including a hello and statements, because new ones replace them. */
export function recallAll(database: Database, contactId: number): void {
  markAgain(database, 'row IN (SELECT message_row FROM outbox WHERE contact_id = ?)', [contactId]);
  database.run('DELETE FROM outbox WHERE contact_id = ?', [contactId]);
}

/**
 * Marks my contents above seq `after`, up to seq `upTo`, for sending again, whatever their state: their reader has lost them. At most
 * `most` at a time; returns the seq from which more are left, 0 when none are.
 */
export function sendAgain(
  database: Database,
  contactId: number,
  range: { readonly after: number; readonly upTo: number; readonly most: number },
): number {
  const seqs = database.all<{ seq: number }>(
    `SELECT seq FROM messages WHERE ${mine} AND seq > ? AND seq <= ? AND seq > 0 ORDER BY seq LIMIT ?`,
    [contactId, range.after, range.upTo, range.most + 1],
  );
  const next = seqs[range.most]?.seq ?? 0;
  markAgain(database, `${mine} AND seq > ? AND seq <= ? AND seq > 0`, [
    contactId,
    range.after,
    next === 0 ? range.upTo : next - 1,
  ]);
  return next;
}

/** Keeps contents that a contact already has, up to seq `upTo` or at just one seq, from going out again. */
export function neednt(database: Database, contactId: number, seqs: { from: number; upTo: number }): void {
  const sql = `UPDATE messages INDEXED BY messages_again SET again = 0
    WHERE contact_id = ? AND direction = 'out' AND again = 1 AND seq BETWEEN ? AND ?`;
  database.run(sql, [contactId, seqs.from, seqs.upTo]);
}

/** Counts the texts above seq `above` that were delivered. */
export function countDelivered(database: Database, contactId: number, above: number): number {
  const lost = database.get<{ count: number }>(
    `SELECT count(*) AS count FROM messages WHERE ${mine} AND seq > ? AND seq > 0 AND state = 'delivered' AND kind = 'text'`,
    [contactId, above],
  );
  return lost?.count ?? 0;
}

/** Marks contents for sending again that were sent before `before` (ms since 1970) and are not known to be delivered; returns how many. */
export function resendStale(database: Database, contactId: number, before: number): number {
  return markAgain(
    database,
    `row IN (SELECT row FROM messages INDEXED BY messages_undelivered WHERE contact_id = ? AND direction = 'out'
       AND state IN ('queued', 'sent') AND state = 'sent' AND seq > 0 AND sent_at < ?)`,
    [contactId, before],
  );
}

/** A queued content goes out anyway; a sent or delivered one keeps its state, and is only marked for sending again. */
function markAgain(database: Database, which: string, values: readonly SqlValue[]): number {
  const sql = `UPDATE messages SET again = 1 WHERE state <> 'queued' AND ${which} RETURNING row`;
  return database.all(sql, values).length;
}

/** The rows of undelivered contents, in order. */
export function undeliveredTo(database: Database, contactId: number): readonly number[] {
  const sql = `SELECT row FROM messages WHERE ${mine} AND seq > 0 AND state IN ('queued', 'sent') ORDER BY seq`;
  return database.all<{ row: number }>(sql, [contactId]).map(({ row }) => row);
}

/** The seqs of delivered contents above seq `above`. */
export function deliveredAbove(database: Database, contactId: number, above: number): readonly number[] {
  const sql = `SELECT seq FROM messages WHERE ${mine} AND seq > ? AND seq > 0 AND state = 'delivered'`;
  return database.all<{ seq: number }>(sql, [contactId, above]).map(({ seq }) => seq);
}

/** Counts my seqs that are filled with nothing. */
export function countVoids(database: Database, contactId: number): number {
  const sql = `SELECT count(*) AS count FROM messages WHERE ${mine} AND seq > 0 AND what = 'void'`;
  return database.get<{ count: number }>(sql, [contactId])?.count ?? 0;
}

/** Seqs of mine that no message has, after `after` and before `before`: the first `most` of them. */
export function missingSeqs(
  database: Database,
  contactId: number,
  range: { readonly after: number; readonly before: number; readonly most: number },
): readonly number[] {
  // A hole ends before a seq whose predecessor is missing.
  const holes = database.all<{ first: number; end: number }>(
    `SELECT coalesce(lag(seq) OVER (ORDER BY seq), ?) + 1 AS first, seq AS end FROM (
       SELECT seq FROM messages WHERE ${mine} AND seq > ? AND seq < ? AND seq > 0 UNION ALL SELECT ?)`,
    [range.after, contactId, range.after, range.before, range.before],
  );
  const missing: number[] = [];
  for (const { first, end } of holes) {
    for (let seq = first; seq < end && missing.length < range.most; seq += 1) missing.push(seq);
  }
  return missing;
}

/** Gives messages of mine other seqs, under which they go out (again); clears them first, because each seq can exist only once. */
export function renumber(
  database: Database,
  moves: ReadonlyArray<{ readonly row: number; readonly seq: number }>,
): void {
  for (const { row } of moves) database.run('UPDATE messages SET seq = 0 WHERE row = ?', [row]);
  for (const { row, seq } of moves) {
    database.run("UPDATE messages SET seq = ?, again = state <> 'queued' WHERE row = ?", [seq, row]);
  }
}
