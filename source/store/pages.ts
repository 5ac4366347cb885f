import type { Message } from '../core/types.ts';
import type { Database } from './database.ts';
import { columns } from './messages.ts';

/** The place of a message in its conversation: the reading order is by `place`, then by `seq`. */
type Spot = { readonly place: number; readonly seq: number };

/** The place of the message in this row, even if it is hidden; null when it is not in the conversation. */
export function spotOf(database: Database, contactId: number, row: number): Spot | null {
  const sql = 'SELECT place, seq FROM messages WHERE row = ? AND contact_id = ?';
  return database.get<Spot>(sql, [row, contactId]) ?? null;
}

/** The first `count` messages of one conversation from `from` (inclusive), in reading order. */
export function pageFrom(
  database: Database,
  contactId: number,
  { from, count }: { readonly from: Spot; readonly count: number },
): readonly Message[] {
  return database.all<Message>(
    `SELECT ${columns} FROM messages m WHERE m.contact_id = ? AND m.kind <> 'hidden' AND (m.place, m.seq) >= (?, ?)
     ORDER BY m.place, m.seq, m.row LIMIT ?`,
    [contactId, from.place, from.seq, count],
  );
}

/** The row of the first message of theirs that was stored after row `after`; null when there is none. */
export function firstUnread(database: Database, contactId: number, after: number): number | null {
  const sql = `SELECT row FROM messages WHERE contact_id = ? AND direction = 'in' AND kind = 'text' AND row > ?
    ORDER BY row LIMIT 1`;
  return database.get<{ row: number }>(sql, [contactId, after])?.row ?? null;
}

/** The rows of all messages of theirs that were stored after row `after`, in the order of storing. */
export function unreadAfter(database: Database, contactId: number, after: number): readonly number[] {
  const sql = `SELECT row FROM messages WHERE contact_id = ? AND direction = 'in' AND kind = 'text' AND row > ? ORDER BY row`;
  return database.all<{ row: number }>(sql, [contactId, after]).map(({ row }) => row);
}
