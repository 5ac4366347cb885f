import { toHex } from '../core/bytes.ts';
import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** One identity key of a contact, pinned for one epoch. */
export type ContactKey = {
  readonly contactId: number;
  readonly epoch: number;
  readonly identity: Bytes;
  readonly sealKey: Bytes;
  readonly retiredAt: number | null;
  /** A bundle (encoded) from which a new session can begin at any time; null until one came. */
  readonly reserve: Bytes | null;
  /**
   * The lowest seq of a content that was written under this key, or 0 when the contact may restart its seqs under it; null until there
   * is either.
   */
  readonly firstSeq: number | null;
};

const keyColumns =
  'contact_id AS contactId, epoch, identity, seal_key AS sealKey, retired_at AS retiredAt, reserve, first_seq AS firstSeq';

/** Pins an identity key for an epoch and retires the ones before it. */
export function pinKey(
  database: Database,
  key: Omit<ContactKey, 'retiredAt' | 'reserve' | 'firstSeq'>,
  now: number,
): void {
  database.run('UPDATE contact_keys SET retired_at = ? WHERE contact_id = ? AND retired_at IS NULL', [
    now,
    key.contactId,
  ]);
  database.run('INSERT INTO contact_keys VALUES (?, ?, ?, ?, NULL, NULL, NULL)', [
    key.contactId,
    key.epoch,
    key.identity,
    key.sealKey,
  ]);
}

/** Replaces the seal key of one pinned identity. */
export function changeSealKey(
  database: Database,
  key: { contactId: number; epoch: number; sealKey: Bytes },
): void {
  database.run('UPDATE contact_keys SET seal_key = ? WHERE contact_id = ? AND epoch = ?', [
    key.sealKey,
    key.contactId,
    key.epoch,
  ]);
}

/** Keeps the bundle, and the seal key in it, from which a new session with a pinned identity can begin. */
export function keepReserve(
  database: Database,
  key: { contactId: number; epoch: number; sealKey: Bytes; reserve: Bytes },
): void {
  database.run('UPDATE contact_keys SET seal_key = ?, reserve = ? WHERE contact_id = ? AND epoch = ?', [
    key.sealKey,
    key.reserve,
    key.contactId,
    key.epoch,
  ]);
}

/** Notes that a content with this seq was written under a pinned identity. */
export function noteSeq(
  database: Database,
  { contactId, epoch }: Pick<ContactKey, 'contactId' | 'epoch'>,
  seq: number,
): void {
  const { firstSeq = null } = contactKeyOrNull(database, contactId, epoch) ?? {};
  if (firstSeq !== null && firstSeq <= seq) return;
  database.run(
    'UPDATE contact_keys SET first_seq = min(coalesce(first_seq, ?), ?) WHERE contact_id = ? AND epoch = ?',
    [seq, seq, contactId, epoch],
  );
}

/** Notes that a contact restarts its seqs under a pinned identity, or may do so: it has forgotten me, or was set back. */
export function noteNewCount(database: Database, key: Pick<ContactKey, 'contactId' | 'epoch'>): void {
  noteSeq(database, key, 0);
}

/** The lowest firstSeq of a contact's keys of later epochs than `epoch`; null when there is none. */
export function firstSeqAfter(database: Database, contactId: number, epoch: number): number | null {
  const sql = 'SELECT min(first_seq) AS seq FROM contact_keys WHERE contact_id = ? AND epoch > ?';
  const read = (): number | null =>
    database.get<{ seq: number | null }>(sql, [contactId, epoch])?.seq ?? null;
  return database.remembered.of('contact_keys', `seq after ${contactId} ${epoch}`, read);
}

/** The identity key of a contact in one epoch; throws when it was never pinned, which is a bug. */
export function contactKey(database: Database, contactId: number, epoch: number): ContactKey {
  const row = contactKeyOrNull(database, contactId, epoch);
  if (!row) throw new Error(`contact ${contactId} has no key of epoch ${epoch}`);
  return row;
}

/** The identity key of a contact in one epoch, or null when none was pinned. */
export function contactKeyOrNull(database: Database, contactId: number, epoch: number): ContactKey | null {
  const sql = `SELECT ${keyColumns} FROM contact_keys WHERE contact_id = ? AND epoch = ?`;
  const key = `${contactId} ${epoch}`;
  return database.remembered.of(
    'contact_keys',
    key,
    () => database.get<ContactKey>(sql, [contactId, epoch]) ?? null,
  );
}

/** The contact's key with this identity, or null. */
export function findKey(database: Database, identity: Bytes): ContactKey | null {
  const sql = `SELECT ${keyColumns} FROM contact_keys WHERE identity = ?`;
  const key = `of ${toHex(identity)}`;
  return database.remembered.of('contact_keys', key, () => database.get<ContactKey>(sql, [identity]) ?? null);
}

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
