import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** The key of a session: one contact, one of my epochs, one of theirs. */
export type SessionKey = {
  readonly contactId: number;
  readonly myEpoch: number;
  readonly theirEpoch: number;
};

/** The record of a session in libsignal's form, or null. */
export function sessionOf(database: Database, key: SessionKey): Bytes | null {
  const row = database.get<{ record: Bytes }>(
    'SELECT record FROM sessions WHERE contact_id = ? AND my_epoch = ? AND their_epoch = ?',
    [key.contactId, key.myEpoch, key.theirEpoch],
  );
  return row?.record ?? null;
}

/** Writes the record of a session. */
export function writeSession(database: Database, key: SessionKey, record: Bytes): void {
  database.run(
    `INSERT INTO sessions VALUES (?, ?, ?, ?)
     ON CONFLICT (contact_id, my_epoch, their_epoch) DO UPDATE SET record = excluded.record`,
    [key.contactId, key.myEpoch, key.theirEpoch, record],
  );
}

/** The session for sending: the one with their newest epoch and, among those, my newest up to `upTo`. Null before the first. */
export function newestSession(
  database: Database,
  contactId: number,
  upTo = Number.MAX_SAFE_INTEGER,
): SessionKey | null {
  const row = database.get<SessionKey>(
    `SELECT contact_id AS contactId, my_epoch AS myEpoch, their_epoch AS theirEpoch FROM sessions
     WHERE contact_id = ? AND my_epoch <= ? ORDER BY their_epoch DESC, my_epoch DESC LIMIT 1`,
    [contactId, upTo],
  );
  return row ?? null;
}

/** True if an envelope with this SHA-256 was already decrypted. */
export function wasSeen(database: Database, hash: Bytes): boolean {
  return database.get('SELECT 1 AS found FROM seen WHERE hash = ?', [hash]) !== undefined;
}

/** Remembers the SHA-256 of a decrypted envelope. */
export function markSeen(database: Database, seen: { hash: Bytes; contactId: number; at: number }): void {
  database.run('INSERT INTO seen VALUES (?, ?, ?)', [seen.hash, seen.contactId, seen.at]);
}
