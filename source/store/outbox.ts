import type { Bytes, Envelope } from '../core/types.ts';
import type { Database } from './database.ts';

/** An envelope that waits for its 202, and where it goes; `messageRow` is null for receipts. */
export type Waiting = {
  readonly id: number;
  readonly contactId: number;
  readonly messageRow: number | null;
  readonly envelope: Envelope;
  readonly address: string;
  readonly slotKey: Bytes;
};

/** To whom was asked the hello goes; to who asked nothing goes. */
const maySend = `address <> '' AND state NOT IN ('conflict', 'revoked', 'blocked')
  AND (state <> 'requested' OR request = 'sent')`;

/** Stores an envelope to be posted; `ratchet` is libsignal's number of the ratchet message in it. */
export function addToOutbox(
  database: Database,
  entry: {
    contactId: number;
    messageRow: number | null;
    envelope: Envelope;
    ratchet: 2 | 3;
    createdAt: number;
  },
): void {
  database.run(
    'INSERT INTO outbox (contact_id, message_row, envelope, ratchet, created_at) VALUES (?, ?, ?, ?, ?)',
    [entry.contactId, entry.messageRow, entry.envelope, entry.ratchet, entry.createdAt],
  );
}

/** The oldest envelopes that wait for one contact after `after`; none when it may not be sent to or has no address. */
export function waitingFor(
  database: Database,
  contactId: number,
  range: { readonly after: number; readonly most: number },
): readonly Waiting[] {
  return database.all<Waiting>(
    `SELECT outbox.id, outbox.contact_id AS contactId, message_row AS messageRow, envelope, address, their_slot AS slotKey
     FROM outbox JOIN contacts ON contacts.id = outbox.contact_id
     WHERE outbox.contact_id = ? AND outbox.id > ?
       AND ${maySend}
     ORDER BY outbox.id LIMIT ?`,
    [contactId, range.after, range.most],
  );
}

/** Whether a contact has an address and may be sent to. */
export function isSendable(database: Database, contactId: number): boolean {
  return (
    database.get(`SELECT 1 AS found FROM contacts WHERE id = ? AND ${maySend}`, [contactId]) !== undefined
  );
}

/** The contacts that something waits for. */
export function contactsWithMail(database: Database): readonly number[] {
  return database.all<{ id: number }>('SELECT DISTINCT contact_id AS id FROM outbox').map(({ id }) => id);
}

/** Removes an envelope that was accepted; answers the message it carried. */
export function removeFromOutbox(database: Database, id: number): number | null {
  const sql = 'DELETE FROM outbox WHERE id = ? RETURNING message_row AS messageRow';
  return database.get<{ messageRow: number | null }>(sql, [id])?.messageRow ?? null;
}

/** Whether a receipt for the contact is already waiting. */
export function hasWaitingReceipt(database: Database, contactId: number): boolean {
  const sql = 'SELECT 1 AS found FROM outbox WHERE contact_id = ? AND message_row IS NULL';
  return database.get(sql, [contactId]) !== undefined;
}
