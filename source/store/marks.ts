import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** The known part of one direction of a conversation: a seq, and the mark (8 bytes) of all up to it. */
type Checkpoint = { readonly seq: number; readonly mark: Bytes };

/** Remembers the mark of everything that I sent a contact up to a seq, so no ack has to be counted through from the beginning. */
export function keepMark(database: Database, contactId: number, { seq, mark }: Checkpoint): void {
  database.run('INSERT OR REPLACE INTO marks VALUES (?, ?, ?)', [contactId, seq, mark]);
}

/** The highest remembered mark at or below a seq, or null. */
export function markBelow(database: Database, contactId: number, seq: number): Checkpoint | null {
  const sql = 'SELECT seq, mark FROM marks WHERE contact_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1';
  return database.get<Checkpoint>(sql, [contactId, seq]) ?? null;
}

/** Forgets the marks above a seq: my messages after it have new seqs. */
export function dropMarks(database: Database, contactId: number, above: number): void {
  database.run('DELETE FROM marks WHERE contact_id = ? AND seq > ?', [contactId, above]);
}
