import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

// In these queries `seq > 0`, which the index is made with, stands last: SQLite begins at the first lower bound that it reads, and at 0
// that would walk through the whole history.

/** One place in the order of the messages from one person to another: seq and id (16 bytes). */
export type Ordered = { readonly seq: number; readonly id: Bytes };

/**
 * The relation of an incoming content to the stored ones: `new`; a `repeat` of the same; one that came before under another seq (`again`);
 * or another one under a seq that is taken (`clash`): its sender was set back to an earlier state.
 */
export type Standing = 'new' | 'repeat' | 'again' | 'clash';

/** Compares a content with this id and seq to the stored ones of the contact. */
export function standingOf(database: Database, came: Ordered & { readonly contactId: number }): Standing {
  const { contactId, id, seq } = came;
  const taken = database.get<{ same: number }>(
    "SELECT id = ? AS same FROM messages WHERE contact_id = ? AND direction = 'in' AND seq > 0 AND seq = ?",
    [id, contactId, seq],
  );
  if (taken) return taken.same === 1 ? 'repeat' : 'clash';
  const sql = "SELECT 1 AS found FROM messages WHERE id = ? AND contact_id = ? AND direction = 'in'";
  return database.get(sql, [id, contactId]) === undefined ? 'new' : 'again';
}

/** The most ids to read at a time. */
export const idsAtOnce = 1000;

/** The ids of one direction of a conversation from seq `after` + 1 to `upTo`, rising, at most `idsAtOnce`; gaps are left out. */
export function idsBetween(
  database: Database,
  of: { readonly contactId: number; readonly direction: 'in' | 'out' },
  range: { readonly after: number; readonly upTo: number },
): readonly Ordered[] {
  return database.all<Ordered>(
    `SELECT seq, id FROM messages WHERE contact_id = ? AND direction = ? AND seq > ? AND seq <= ? AND seq > 0
     ORDER BY seq LIMIT ${idsAtOnce}`,
    [of.contactId, of.direction, range.after, range.upTo],
  );
}

/**
 * The messages stored from the contact above seq `from`, rising; if there are more than `most`, the highest, because the others were
 * reported before.
 */
export function storedAbove(
  database: Database,
  contactId: number,
  range: { readonly from: number; readonly most: number },
): readonly Ordered[] {
  return database
    .all<Ordered>(
      `SELECT seq, id FROM messages WHERE contact_id = ? AND direction = 'in' AND seq > ? AND seq > 0
       ORDER BY seq DESC LIMIT ?`,
      [contactId, range.from, range.most],
    )
    .toReversed();
}

/** The time when the first message beyond a gap came, ms since 1970; null when nothing is missing after seq `upTo`. */
export function gapSince(database: Database, contactId: number, upTo: number): number | null {
  const sql = `SELECT min(received_at) AS at FROM messages WHERE contact_id = ? AND direction = 'in' AND seq > ? AND seq > 0`;
  return database.get<{ at: number | null }>(sql, [contactId, upTo])?.at ?? null;
}

/** The text of the last delivered message of mine of a kind, or null. */
export function lastDelivered(database: Database, contactId: number, what: string): string | null {
  const sql = `SELECT text FROM messages WHERE contact_id = ? AND direction = 'out' AND state = 'delivered' AND what = ?
    ORDER BY seq DESC LIMIT 1`;
  return database.get<{ text: string }>(sql, [contactId, what])?.text ?? null;
}

const undelivered = "contact_id = ? AND direction = 'out' AND state IN ('queued', 'sent') AND seq > 0";
const byState = 'messages INDEXED BY messages_undelivered';

/** True if one of my messages up to seq `upTo` is not known to be delivered. */
export function hasUndelivered(database: Database, contactId: number, upTo: number): boolean {
  const sql = `SELECT 1 AS found FROM ${byState} WHERE ${undelivered} AND seq <= ? LIMIT 1`;
  return database.get(sql, [contactId, upTo]) !== undefined;
}

/** Marks my messages up to seq `upTo` delivered, as learned at `at` (ms since 1970). */
export function markDelivered(database: Database, contactId: number, upTo: number, at: number): void {
  database.run(
    `UPDATE ${byState} SET state = 'delivered', delivered_at = ? WHERE ${undelivered} AND seq <= ?`,
    [at, contactId, upTo],
  );
}

/** Marks one of my messages delivered at `at`, if its id begins with these 4 bytes; returns whether it does. */
export function markOneDelivered(
  database: Database,
  contactId: number,
  one: { readonly seq: number; readonly idStart: Bytes; readonly at: number },
): boolean {
  const mine = "contact_id = ? AND direction = 'out' AND seq > 0 AND seq = ? AND substr(id, 1, 4) = ?";
  const values = [contactId, one.seq, one.idStart];
  database.run(
    `UPDATE messages SET state = 'delivered', delivered_at = ? WHERE ${mine} AND state IN ('queued', 'sent')`,
    [one.at, ...values],
  );
  return database.get(`SELECT 1 AS found FROM messages WHERE ${mine}`, values) !== undefined;
}
