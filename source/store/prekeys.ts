import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** A prekey of mine: libsignal's record, and its public half with the identity's signature. */
export type StoredPreKey = {
  readonly kind: string;
  readonly id: number;
  readonly epoch: number;
  readonly record: Bytes;
  readonly publicKey: Bytes;
  /** The identity's signature, 64 bytes; null for a one-time prekey. */
  readonly signature: Bytes | null;
  /** True for a key that stays after its use. */
  readonly keep: boolean;
};

type Row = Omit<StoredPreKey, 'keep'> & { keep: number };

const columns = 'kind, id, epoch, record, public AS publicKey, signature, keep';

/** Stores a prekey. */
export function addPreKey(database: Database, key: StoredPreKey, createdAt: number): void {
  database.run('INSERT INTO prekeys VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
    key.kind,
    key.id,
    key.epoch,
    key.record,
    key.publicKey,
    key.signature,
    key.keep ? 1 : 0,
    createdAt,
  ]);
}

/** A prekey of one epoch by kind and id, or null. */
export function preKeyOf(
  database: Database,
  epoch: number,
  wanted: { kind: string; id: number },
): StoredPreKey | null {
  const row = database.get<Row>(`SELECT ${columns} FROM prekeys WHERE kind = ? AND id = ? AND epoch = ?`, [
    wanted.kind,
    wanted.id,
    epoch,
  ]);
  return row ? { ...row, keep: row.keep === 1 } : null;
}

/** The newest last-resort Kyber prekey of an epoch. */
export function lastResortPreKey(database: Database, epoch: number): StoredPreKey & { signature: Bytes } {
  return newest(database, epoch, "kind = 'kyber' AND keep = 1");
}

/** A generation of lasting prekeys and a seal key: the id of its signed prekey, and the time when it was made, ms since 1970. */
export type Generation = { readonly id: number; readonly at: number };

/** The generations of an epoch, newest first, in the order they were made, which a clock does not show. */
export function generationsOf(database: Database, epoch: number): readonly Generation[] {
  const sql = "SELECT id, created_at AS at FROM prekeys WHERE kind = 'signed' AND epoch = ? ORDER BY id DESC";
  return database.all<Generation>(sql, [epoch]);
}

/** Deletes the lasting prekeys and the seal keys of an epoch, except those of its `count` newest generations. */
export function keepGenerations(database: Database, epoch: number, count: number): void {
  const oldest = generationsOf(database, epoch)[count - 1];
  if (!oldest) return;
  database.run('DELETE FROM prekeys WHERE keep = 1 AND epoch = ? AND id < ?', [epoch, oldest.id]);
  database.run(
    `DELETE FROM seal_keys WHERE epoch = ?
       AND id NOT IN (SELECT id FROM seal_keys WHERE epoch = ? ORDER BY id DESC LIMIT ?)`,
    [epoch, epoch, count],
  );
}

/** The newest signed prekey of an epoch. */
export function currentSignedPreKey(database: Database, epoch: number): StoredPreKey & { signature: Bytes } {
  return newest(database, epoch, "kind = 'signed'");
}

function newest(database: Database, epoch: number, which: string): StoredPreKey & { signature: Bytes } {
  const row = database.get<Row>(
    `SELECT ${columns} FROM prekeys WHERE ${which} AND epoch = ? ORDER BY id DESC LIMIT 1`,
    [epoch],
  );
  if (!row?.signature) throw new Error('an epoch without lasting prekeys');
  return { ...row, signature: row.signature, keep: row.keep === 1 };
}

/** Removes a prekey after its use. */
export function removePreKey(database: Database, key: { readonly kind: string; readonly id: number }): void {
  database.run('DELETE FROM prekeys WHERE kind = ? AND id = ?', [key.kind, key.id]);
}

/** True if a first message with this base key was already read under these prekeys. */
export function baseKeyUsed(database: Database, used: UsedBase): boolean {
  const sql = 'SELECT 1 AS found FROM base_keys WHERE kyber_id = ? AND signed_id = ? AND base_key = ?';
  return database.get(sql, [used.kyberPreKeyId, used.signedPreKeyId, used.baseKey]) !== undefined;
}

/** Remembers a base key for as long as the database lives. */
export function rememberBaseKey(database: Database, used: UsedBase): void {
  database.run('INSERT INTO base_keys VALUES (?, ?, ?)', [
    used.kyberPreKeyId,
    used.signedPreKeyId,
    used.baseKey,
  ]);
}

type UsedBase = { readonly kyberPreKeyId: number; readonly signedPreKeyId: number; readonly baseKey: Bytes };
