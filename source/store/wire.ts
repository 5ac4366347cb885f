import { limits } from '../core/limits.ts';
import type { Bytes, MessageKind, MessageState } from '../core/types.ts';
import type { Database } from './database.ts';
import { shownState } from './messages.ts';

/**
 * An envelope that arrived, and libsignal's number of the ratchet message in it: `file` is the name that the listener gave it, the only
 * thing that the listener kept beside its bytes; `at` is the time of arrival (ms since 1970).
 */
export type Came = {
  readonly row: number;
  readonly ratchet: 2 | 3;
  readonly envelope: Bytes;
  readonly file: string;
  readonly at: number | null;
};

/**
 * An answered request that carried an envelope: its head as it was sent, the status and the proof that came back (PROTOCOL.md §8
 * "kept"), and the time (ms since 1970).
 */
export type Carried = {
  readonly head: string;
  readonly status: number;
  readonly proof: string;
  readonly tries: number;
  readonly at: number;
};

/** A text and the stored facts of its delivery; no facts for a text that never had an envelope here. */
export type WireRow = {
  readonly row: number;
  readonly id: string;
  readonly contactId: number;
  readonly direction: 'in' | 'out';
  readonly kind: MessageKind;
  readonly text: string;
  readonly state: MessageState;
  readonly sentAt: number;
  readonly receivedAt: number | null;
  readonly deliveredAt: number | null;
  readonly ratchet: 2 | 3 | null;
  readonly bytes: number | null;
  readonly envelope: Bytes | null;
  readonly head: string | null;
  readonly status: number | null;
  readonly proof: string | null;
  readonly tries: number | null;
  readonly acceptedAt: number | null;
  /** The envelope that waits in the outbox for this text, and its number there. */
  readonly waiting: Bytes | null;
  readonly waitingId: number | null;
};

/** Keeps the request that carried a text of mine; call it before its envelope, number `id`, leaves the outbox. */
export function keepCarried(database: Database, id: number, carried: Carried): void {
  const { head, status, proof, tries, at } = carried;
  database.run(
    `INSERT OR REPLACE INTO wire (message_row, ratchet, bytes, envelope, head, status, proof, tries, accepted_at)
     SELECT message_row, ratchet, length(envelope), envelope, ?, ?, ?, ?, ? FROM outbox JOIN messages ON row = message_row
     WHERE outbox.id = ? AND kind = 'text' AND ratchet IS NOT NULL`,
    [head, status, proof, tries, at, id],
  );
}

/** Keeps the envelope that a contact's text came in. */
export function keepCame(database: Database, { row, ratchet, envelope, file, at }: Came): void {
  database.run(
    'INSERT INTO wire (message_row, ratchet, bytes, envelope, head, accepted_at) VALUES (?, ?, ?, ?, ?, ?)',
    [row, ratchet, envelope.length, envelope, file, at],
  );
}

/** Keeps only the facts of all but the newest texts: called once in every transaction that kept something. */
export function dropOldest(database: Database): void {
  database.run(
    `UPDATE wire SET envelope = NULL, head = NULL, proof = NULL WHERE envelope IS NOT NULL AND message_row <= (
       SELECT message_row FROM wire WHERE envelope IS NOT NULL ORDER BY message_row DESC LIMIT 1 OFFSET ?)`,
    [limits.wireEnvelopes],
  );
}

/** The stored data of the text with this id (hex), or of the one in `row` if it has that id; mine first. Null when there is none. */
export function wireOf(database: Database, id: string, row: number | null): WireRow | null {
  const sql = `SELECT m.row, lower(hex(m.id)) AS id, m.contact_id AS contactId, m.direction, m.kind, m.text, ${shownState('m')} AS state,
      m.sent_at AS sentAt, m.received_at AS receivedAt, m.delivered_at AS deliveredAt, coalesce(o.ratchet, w.ratchet) AS ratchet,
      coalesce(length(o.envelope), w.bytes) AS bytes, w.envelope, w.head, w.status, w.proof, w.tries, w.accepted_at AS acceptedAt, o.envelope AS waiting, o.id AS waitingId
    FROM messages m LEFT JOIN wire w ON w.message_row = m.row LEFT JOIN outbox o ON o.message_row = m.row
    WHERE m.id = unhex(?) AND m.kind = 'text' AND m.row = coalesce(?, m.row)
    ORDER BY m.direction = 'in', m.row DESC LIMIT 1`;
  return database.get<WireRow>(sql, [id, row]) ?? null;
}

/** Forgets the stored data of every text with a contact. */
export function forgetWire(database: Database, contactId: number): void {
  database.run('DELETE FROM wire WHERE message_row IN (SELECT row FROM messages WHERE contact_id = ?)', [
    contactId,
  ]);
}

/** When each contact last answered a request with a text of mine by 202, ms since 1970, by contact. */
export function lastAccepted(database: Database): ReadonlyMap<number, number> {
  const rows = database.all<{ contactId: number; at: number }>(
    `SELECT contact_id AS contactId, max(accepted_at) AS at FROM wire JOIN messages ON row = message_row
     WHERE direction = 'out' AND accepted_at IS NOT NULL GROUP BY contact_id`,
  );
  return new Map(rows.map(({ contactId, at }) => [contactId, at]));
}
