import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** My identity key of one epoch: public 33 bytes, private 32, times in ms since 1970. */
export type Identity = {
  readonly epoch: number;
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
  readonly createdAt: number;
  readonly retiredAt: number | null;
  /** The proof of this epoch: statement, signature by the old key 64, by the new key 64. Null for epoch 1. */
  readonly signedStatement: Bytes | null;
};

/** A seal key of mine and the epoch it belongs to. */
export type SealKey = { readonly epoch: number; readonly publicKey: Bytes; readonly privateKey: Bytes };

const columns = `epoch, public AS publicKey, private AS privateKey, created_at AS createdAt,
  retired_at AS retiredAt, signed_statement AS signedStatement`;

/** My identity of the newest epoch. */
export function currentIdentity(database: Database): Identity {
  return database.remembered.of('identities', 'newest', () => {
    const row = database.get<Identity>(`SELECT ${columns} FROM identities ORDER BY epoch DESC LIMIT 1`);
    if (!row) throw new Error('a home without an identity');
    return row;
  });
}

/** My identity of one epoch, or null when it was deleted after its retirement. */
export function identityOf(database: Database, epoch: number): Identity | null {
  const sql = `SELECT ${columns} FROM identities WHERE epoch = ?`;
  return database.remembered.of('identities', epoch, () => database.get<Identity>(sql, [epoch]) ?? null);
}

/** Stores a new identity and the statement that made it, and retires the previous one. */
export function addIdentity(database: Database, identity: Omit<Identity, 'retiredAt'>): void {
  database.run('UPDATE identities SET retired_at = ? WHERE retired_at IS NULL', [identity.createdAt]);
  database.run('INSERT INTO identities VALUES (?, ?, ?, ?, NULL, ?)', [
    identity.epoch,
    identity.publicKey,
    identity.privateKey,
    identity.createdAt,
    identity.signedStatement,
  ]);
  if (identity.signedStatement) keepStatement(database, identity.epoch, identity.signedStatement);
}

/**
 * Deletes identities retired before `before`, with their seal keys, prekeys and sessions: messages to them become unreadable. An
 * identity that a contact still uses, or that a usable link names, stays until it was retired before `longest` (ms since 1970). Also
 * deletes the sessions with keys that contacts retired before `before`. Returns the epochs that were deleted although a contact may
 * still use them.
 */
export function deleteRetired(
  database: Database,
  { before, longest }: { readonly before: number; readonly longest: number },
): readonly number[] {
  const needed = database.get<{ epoch: number | null }>(
    `SELECT min(epoch) AS epoch FROM
       (SELECT named_epoch AS epoch FROM contacts UNION SELECT epoch FROM invites WHERE card_secret IS NULL)`,
  );
  const first = needed?.epoch ?? Number.MAX_SAFE_INTEGER;
  const gone = database.all<{ epoch: number }>(
    'DELETE FROM identities WHERE retired_at < ? AND (epoch < ? OR retired_at < ?) RETURNING epoch',
    [before, first, longest],
  );
  database.run(
    `DELETE FROM sessions WHERE my_epoch NOT IN (SELECT epoch FROM identities)
     OR EXISTS (SELECT 1 FROM contact_keys AS theirs WHERE theirs.contact_id = sessions.contact_id
       AND theirs.epoch = sessions.their_epoch AND theirs.retired_at < ?)`,
    [before],
  );
  return gone.map(({ epoch }) => epoch).filter((epoch) => epoch >= first);
}

/** Deletes every identity with its seal keys, prekeys and statements: for a home that gets another identity, in the same transaction. */
export function deleteIdentities(database: Database): void {
  database.run('DELETE FROM identities');
  database.run('DELETE FROM statements');
}

/** Stores a seal key. */
export function addSealKey(database: Database, key: SealKey, createdAt: number): void {
  database.run('INSERT INTO seal_keys (epoch, public, private, created_at) VALUES (?, ?, ?, ?)', [
    key.epoch,
    key.publicKey,
    key.privateKey,
    createdAt,
  ]);
}

/** All live seal keys, newest first. */
export function sealKeys(database: Database): readonly SealKey[] {
  const sql = 'SELECT epoch, public AS publicKey, private AS privateKey FROM seal_keys ORDER BY id DESC';
  return database.remembered.of('seal_keys', 'all', () => database.all<SealKey>(sql));
}

/**
 * Keeps the statement that made an identity (with both signatures) for as long as the home lives: it is still shown long after its keys are
 * gone.
 */
function keepStatement(database: Database, epoch: number, signed: Bytes): void {
  database.run('INSERT INTO statements VALUES (?, ?)', [epoch, signed]);
}

/** The statements that led to the epochs after `since`, up to `upTo`, oldest first; null when one of them is missing. */
export function statementsBetween(
  database: Database,
  { since, upTo }: { readonly since: number; readonly upTo: number },
): readonly Bytes[] | null {
  const sql = 'SELECT signed FROM statements WHERE epoch > ? AND epoch <= ? ORDER BY epoch';
  const rows = database.all<{ signed: Bytes }>(sql, [since, upTo]);
  return rows.length === Math.max(0, upTo - since) ? rows.map(({ signed }) => signed) : null;
}

/** The oldest epoch from which statements lead to the newest identity without a gap; null when there is none. */
export function provenSince(database: Database): number | null {
  const sql = `SELECT max(epoch) - 1 AS since FROM statements AS one
    WHERE NOT EXISTS (SELECT 1 FROM statements AS before WHERE before.epoch = one.epoch - 1)`;
  return database.get<{ since: number | null }>(sql)?.since ?? null;
}
