import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** A message of mine that no envelope was made for yet, because no session could send. */
export type Unsent = {
  readonly row: number;
  readonly id: Bytes;
  readonly seq: number;
  readonly text: string;
};

const columns = 'row, id, seq, text';
const noEnvelope = 'NOT EXISTS (SELECT 1 FROM outbox WHERE message_row = messages.row)';

/** My texts to a contact that no envelope was made for yet, in order. */
export function unsentTexts(database: Database, contactId: number): readonly Unsent[] {
  return database.all<Unsent>(
    `SELECT ${columns} FROM messages INDEXED BY messages_queued WHERE contact_id = ? AND direction = 'out'
     AND kind = 'text' AND state = 'queued' AND ${noEnvelope} ORDER BY seq`,
    [contactId],
  );
}

/** My key changes that no envelope was made for yet, in order. Looks through all that was sent to the contact. */
export function unsentRotates(database: Database, contactId: number): readonly Unsent[] {
  return database.all<Unsent>(
    `SELECT ${columns} FROM messages WHERE contact_id = ? AND direction = 'out'
     AND kind = 'hidden' AND text = 'rotate' AND state = 'queued' AND ${noEnvelope} ORDER BY seq`,
    [contactId],
  );
}
