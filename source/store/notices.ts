import type { Database } from './database.ts';

/** The program's newest line on one topic: its row, its time (ms since 1970), and how often it was repeated in all. */
type Told = { readonly row: number; readonly at: number; readonly times: number };

/** The last line of a conversation on a topic; null when there is none, or it is not shown any more. */
export function lastTold(database: Database, contactId: number, topic: string): Told | null {
  const sql = `SELECT m.row, m.received_at AS at, t.times FROM told AS t JOIN messages AS m ON m.row = t.message_row
    WHERE t.contact_id = ? AND t.topic = ? AND m.kind = 'notice'`;
  return database.get<Told>(sql, [contactId, topic]) ?? null;
}

/** Remembers the line on a topic, and how often it was repeated in all. */
export function rememberTold(
  database: Database,
  told: { readonly contactId: number; readonly topic: string; readonly row: number; readonly times: number },
): void {
  database.run(
    `INSERT INTO told VALUES (?, ?, ?, ?)
     ON CONFLICT (contact_id, topic) DO UPDATE SET message_row = excluded.message_row, times = excluded.times`,
    [told.contactId, told.topic, told.row, told.times],
  );
}

/** Removes one of the program's own lines from its conversation permanently. */
export function removeNotice(database: Database, row: number): void {
  database.run("DELETE FROM messages WHERE row = ? AND kind = 'notice' AND seq = 0", [row]);
}

/** True if no visible line comes after this one in its conversation. */
export function isLast(database: Database, contactId: number, row: number): boolean {
  const sql = `SELECT row FROM messages WHERE contact_id = ? AND kind <> 'hidden' ORDER BY place DESC, seq DESC, row DESC LIMIT 1`;
  return database.get<{ row: number }>(sql, [contactId])?.row === row;
}
