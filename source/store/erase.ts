import type { Database } from './database.ts';
import { noteEraseDue } from './forget.ts';

/**
 * Takes the text out of one message and out of the search index, and hides the rest: seq, id and place stay, because they keep repeats out.
 * Notes that `eraseRemains` is due. Answers the contact's id, null when nothing is shown in that row.
 */
export function eraseMessage(database: Database, row: number): number | null {
  const sql = `UPDATE messages SET kind = 'hidden', text = '', folded = NULL, what = 'erased', body = NULL
    WHERE row = ? AND kind <> 'hidden' RETURNING contact_id AS contactId`;
  const erased = database.get<{ contactId: number }>(sql, [row]);
  if (!erased) return null;
  noteEraseDue(database);
  return erased.contactId;
}
