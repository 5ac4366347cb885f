import type { Database } from './database.ts';

/** The unsent text for each contact, by contact id. */
export function allDrafts(database: Database): ReadonlyMap<number, string> {
  const rows = database.all<{ id: number; text: string }>('SELECT contact_id AS id, text FROM drafts');
  return new Map(rows.map(({ id, text }) => [id, text]));
}

/** Keeps the unsent text for a contact; an empty text removes it. It is deleted with its contact. */
export function keepDraft(database: Database, contactId: number, text: string): void {
  if (text === '') database.run('DELETE FROM drafts WHERE contact_id = ?', [contactId]);
  else
    database.run(
      'INSERT INTO drafts VALUES (?, ?) ON CONFLICT (contact_id) DO UPDATE SET text = excluded.text',
      [contactId, text],
    );
}
