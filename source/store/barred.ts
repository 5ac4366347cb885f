import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** Bars every identity key that a contact ever had; the bars stay when the contact is forgotten. */
export function barKeys(database: Database, contactId: number): void {
  database.run('INSERT OR IGNORE INTO barred SELECT identity FROM contact_keys WHERE contact_id = ?', [
    contactId,
  ]);
}

/** Takes the bar from the identity keys of a contact. */
export function liftBars(database: Database, contactId: number): void {
  database.run(
    'DELETE FROM barred WHERE identity IN (SELECT identity FROM contact_keys WHERE contact_id = ?)',
    [contactId],
  );
}

/** Takes the bar from one identity key (33 bytes). */
export function liftBar(database: Database, identity: Bytes): void {
  database.run('DELETE FROM barred WHERE identity = ?', [identity]);
}

/** True if an identity key (33 bytes) must not come in, neither by a link nor as a successor of another key. */
export function isBarred(database: Database, identity: Bytes): boolean {
  return database.get('SELECT 1 AS found FROM barred WHERE identity = ?', [identity]) !== undefined;
}

/** Every barred identity key. */
export function barredKeys(database: Database): readonly Bytes[] {
  return database.all<{ identity: Bytes }>('SELECT identity FROM barred').map(({ identity }) => identity);
}
