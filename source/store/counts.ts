import type { Database } from './database.ts';

/** For one contact: the texts that I wrote and that still wait, and the texts from the contact that I have not read. */
export type Counts = { readonly queued: number; readonly unread: number };

const counted = `SELECT (SELECT count(*) FROM messages WHERE contact_id = contacts.id AND direction = 'out'
    AND kind = 'text' AND state = 'queued') AS queued,
  (SELECT count(*) FROM messages WHERE contact_id = contacts.id AND row > contacts.read_row
    AND direction = 'in' AND kind = 'text') AS unread FROM contacts WHERE id = ?`;

/** The counts of one contact; zeros when there is none with this id. */
export function countsOf(database: Database, contactId: number): Counts {
  const known = database.get<Counts>('SELECT queued, unread FROM temp.counts WHERE contact_id = ?', [
    contactId,
  ]);
  if (known) return known;
  const counts = database.get<Counts>(counted, [contactId]);
  if (!counts) return { queued: 0, unread: 0 };
  database.run('INSERT INTO temp.counts VALUES (?, ?, ?)', [contactId, counts.queued, counts.unread]);
  return counts;
}
