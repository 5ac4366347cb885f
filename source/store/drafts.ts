import type { Database } from './database.ts';

/** What was begun to be written to each contact, by its id. */
export function allDrafts(database: Database): ReadonlyMap<number, string> {
  const rows = database.all<{ id: number; text: string }>('SELECT contact_id AS id, text FROM drafts');
  return new Map(rows.map(({ id, text }) => [id, text]));
}

/** Keeps what was begun to be written to a contact; an empty text is none. It goes with its contact. */
export function keepDraft(database: Database, contactId: number, text: string): void {
  if (text === '') database.run('DELETE FROM drafts WHERE contact_id = ?', [contactId]);
  else
    database.run(
      'INSERT INTO drafts VALUES (?, ?) ON CONFLICT (contact_id) DO UPDATE SET text = excluded.text',
      [contactId, text],
    );
}
