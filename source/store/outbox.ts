import type { Bytes, Envelope } from '../core/types.ts';
import type { Database } from './database.ts';

/** An envelope that waits for its 202, and its destination; `messageRow` is null for receipts. */
export type Waiting = {
  readonly id: number;
  readonly contactId: number;
  readonly messageRow: number | null;
  readonly envelope: Envelope;
  readonly address: string;
  readonly slotKey: Bytes;
};

/**
 * The purpose of an envelope: a `content` that has a place in the order, a `receipt`, a `reset`, or a `statement` about keys and the
 * `answer` to one, which are sent even to contacts that get nothing else.
 */
export type Purpose = 'content' | 'receipt' | 'reset' | 'statement' | 'answer';

/** A contact that was asked gets the hello; a contact that asked gets nothing but statements. */
const isOpen = `contacts.state NOT IN ('conflict', 'revoked', 'blocked')
  AND (contacts.state <> 'requested' OR request = 'sent')`;
const mayGo = `contacts.state <> 'blocked' AND (what IN ('statement', 'answer') OR (${isOpen}))`;
const maySend = `coalesce(outbox.address, contacts.address) <> '' AND ${mayGo}`;

/** Stores an envelope to be posted; `ratchet` is libsignal's number of the ratchet message in it. */
export function addToOutbox(
  database: Database,
  entry: {
    contactId: number;
    messageRow: number | null;
    envelope: Envelope;
    ratchet: 2 | 3;
    createdAt: number;
    /** A content when the envelope carries a message, else a receipt. */
    what?: Purpose;
    /** A place other than the contact's current one: its address and slot key. */
    place?: Place | undefined;
  },
): void {
  database.run(
    `INSERT INTO outbox (contact_id, message_row, envelope, ratchet, created_at, what, address, slot)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      entry.contactId,
      entry.messageRow,
      entry.envelope,
      entry.ratchet,
      entry.createdAt,
      entry.what ?? (entry.messageRow === null ? 'receipt' : 'content'),
      entry.place?.address ?? null,
      entry.place?.slotKey ?? null,
    ],
  );
}

/** Which envelopes: those after `after`, `most` of them, and `bytes` in all, but one at least. */
export type Range = {
  readonly after: number;
  readonly most: number;
  readonly bytes?: number;
  readonly elsewhere?: boolean;
  /** True for envelopes that are carried by hand: they need no address. */
  readonly byHand?: boolean;
};

/**
 * The oldest envelopes that wait for one contact and may be sent; with `elsewhere` those for an earlier place of the contact, which must
 * not delay the others.
 */
export function waitingFor(database: Database, contactId: number, range: Range): readonly Waiting[] {
  const there = `FROM outbox JOIN contacts ON contacts.id = outbox.contact_id
     WHERE outbox.contact_id = ? AND outbox.id > ? AND outbox.address IS ${range.elsewhere ? 'NOT NULL' : 'NULL'}
       AND ${range.byHand ? mayGo : maySend}
     ORDER BY outbox.id LIMIT ?`;
  const sizes = database.all<{ bytes: number }>(`SELECT length(envelope) AS bytes ${there}`, [
    contactId,
    range.after,
    range.most,
  ]);
  const most = countUpTo(sizes, range.bytes ?? Infinity);
  if (most === 0) return [];
  return database.all<Waiting>(
    `SELECT outbox.id, outbox.contact_id AS contactId, message_row AS messageRow, envelope,
       coalesce(outbox.address, contacts.address) AS address, coalesce(outbox.slot, their_slot) AS slotKey ${there}`,
    [contactId, range.after, most],
  );
}

/** How many envelopes fit into this many bytes; at least one, if there is one. */
function countUpTo(sizes: ReadonlyArray<{ readonly bytes: number }>, most: number): number {
  let left = most;
  const end = sizes.findIndex(({ bytes }) => (left -= bytes) < 0);
  return end < 0 ? sizes.length : Math.max(1, end);
}

/** A waiting envelope without its bytes: its size and destination; `mySlot` is the key of the contact's slot here. */
export type Outgoing = Omit<Waiting, 'envelope' | 'messageRow'> & {
  readonly bytes: number;
  readonly elsewhere: boolean;
  readonly createdAt: number;
  readonly mySlot: Bytes;
};

const outgoing = `SELECT outbox.id, outbox.contact_id AS contactId, length(envelope) AS bytes, outbox.created_at AS createdAt,
    outbox.address IS NOT NULL AS elsewhere, coalesce(outbox.address, contacts.address) AS address,
    coalesce(outbox.slot, their_slot) AS slotKey, my_slot AS mySlot
  FROM outbox JOIN contacts ON contacts.id = outbox.contact_id`;

/** The oldest envelopes behind number `after` that wait for one contact, wherever they go, if they may be sent. */
export function outgoingTo(
  database: Database,
  contactId: number,
  most: number,
  after = 0,
): readonly Outgoing[] {
  const sql = `${outgoing} WHERE outbox.contact_id = ? AND outbox.id > ? AND ${maySend} ORDER BY outbox.id LIMIT ?`;
  return database.all<OutgoingRow>(sql, [contactId, after, most]).map(outgoingOf);
}

/** A summary of the mail that waits for a contact, without reading each envelope. */
export type Glance = {
  /** How many envelopes wait, and how many of them after a certain number. */
  readonly count: number;
  readonly behind: number;
  /** The number of the newest, 0 for none. */
  readonly last: number;
  /** A text that changes whenever sending to the contact is allowed or stopped, or goes elsewhere. */
  readonly way: string;
};

/** Summarises the mail that waits for a contact; null when there is no such contact. */
export function glanceAtMail(database: Database, contactId: number, after: number): Glance | null {
  const contact = database.get<{ way: string }>(
    "SELECT state || ' ' || coalesce(request, '') || ' ' || hex(their_slot) || ' ' || address AS way FROM contacts WHERE id = ?",
    [contactId],
  );
  const waiting = database.get<Omit<Glance, 'way'>>(
    'SELECT count(*) AS count, coalesce(sum(id > ?), 0) AS behind, coalesce(max(id), 0) AS last FROM outbox WHERE contact_id = ?',
    [after, contactId],
  );
  return contact && waiting ? { ...waiting, ...contact } : null;
}

/** One waiting envelope, with its bytes; null when it is gone, or may not be sent. */
export function outgoingWithBytes(
  database: Database,
  id: number,
): (Outgoing & Pick<Waiting, 'envelope'>) | null {
  const found = database.get<OutgoingRow>(`${outgoing} WHERE outbox.id = ? AND ${maySend}`, [id]);
  const kept = database.get<{ envelope: Envelope }>('SELECT envelope FROM outbox WHERE id = ?', [id]);
  return found && kept ? { ...outgoingOf(found), ...kept } : null;
}

type OutgoingRow = Omit<Outgoing, 'elsewhere'> & { readonly elsewhere: number };

function outgoingOf(row: OutgoingRow): Outgoing {
  return { ...row, elsewhere: row.elsewhere === 1 };
}

/** True if a contact has an address and may be sent contents. */
export function isSendable(database: Database, contactId: number): boolean {
  const sql = `SELECT 1 AS found FROM contacts WHERE id = ? AND address <> '' AND ${isOpen}`;
  return database.get(sql, [contactId]) !== undefined;
}

/** Counts the envelopes that wait for a contact at its current place and may go to it. */
export function countWaiting(database: Database, contactId: number): number {
  const sql = `SELECT count(*) AS count FROM outbox JOIN contacts ON contacts.id = outbox.contact_id
    WHERE outbox.contact_id = ? AND outbox.address IS NULL AND ${mayGo}`;
  return database.get<{ count: number }>(sql, [contactId])?.count ?? 0;
}

/** Drops envelopes of messages that a contact is known to have and that need not go out again; returns how many. */
export function dropDelivered(database: Database, contactId: number): number {
  const sql = `DELETE FROM outbox WHERE contact_id = ? AND EXISTS (
    SELECT 1 FROM messages WHERE row = message_row AND state = 'delivered' AND again = 0) RETURNING id`;
  return database.all(sql, [contactId]).length;
}

/** The contacts with waiting envelopes. */
export function contactsWithMail(database: Database): readonly number[] {
  return database.all<{ id: number }>('SELECT DISTINCT contact_id AS id FROM outbox').map(({ id }) => id);
}

/** Removes an accepted envelope; returns the row of its message. */
export function removeFromOutbox(database: Database, id: number): number | null {
  const sql = 'DELETE FROM outbox WHERE id = ? RETURNING message_row AS messageRow';
  return database.get<{ messageRow: number | null }>(sql, [id])?.messageRow ?? null;
}

/** True if an envelope for this purpose waits for the contact at its current place. */
export function isWaiting(database: Database, contactId: number, what: Purpose): boolean {
  const sql = 'SELECT 1 AS found FROM outbox WHERE contact_id = ? AND what = ? AND address IS NULL';
  return database.get(sql, [contactId, what]) !== undefined;
}

/** A current or earlier place of a contact: its address (HOST:PORT) and slot key there. */
export type Place = { readonly address: string; readonly slotKey: Bytes };

/** The earlier places of a contact with waiting envelopes. */
export function placesWaitedFor(database: Database, contactId: number): readonly Place[] {
  const sql = 'SELECT address, slot AS slotKey FROM outbox WHERE contact_id = ? AND address IS NOT NULL';
  return database.all<Place>(sql, [contactId]);
}

/** Takes back the envelopes for an earlier place of a contact: the contact is there again. */
export function dropWaitingAt(database: Database, contactId: number, { address, slotKey }: Place): void {
  const sql = 'DELETE FROM outbox WHERE contact_id = ? AND address = ? AND slot = ?';
  database.run(sql, [contactId, address, slotKey]);
}

/**
 * Puts an envelope behind all waiting ones: if it could not be delivered, the next one gets a try. Its new number comes out of the same
 * sequence as those of new envelopes: a number that was used before, and delivered since, would hide the envelope that gets it.
 */
export function putLast(database: Database, id: number): void {
  database.run(
    "UPDATE sqlite_sequence SET seq = 1 + max(seq, (SELECT coalesce(max(id), 0) FROM outbox)) WHERE name = 'outbox'",
  );
  database.run(
    "UPDATE outbox SET id = (SELECT seq FROM sqlite_sequence WHERE name = 'outbox') WHERE id = ?",
    [id],
  );
}

/** Takes back envelopes for this purpose that wait for the contact at its current place: something newer replaces them. */
export function dropWaiting(database: Database, contactId: number, what: Purpose): void {
  database.run('DELETE FROM outbox WHERE contact_id = ? AND what = ? AND address IS NULL', [contactId, what]);
}

/** Gives up envelopes for earlier places of contacts that have waited since before `before` (ms since 1970); returns their contacts. */
export function dropElsewhere(database: Database, before: number): readonly number[] {
  const sql =
    'DELETE FROM outbox WHERE address IS NOT NULL AND created_at < ? RETURNING contact_id AS contactId';
  return database.all<{ contactId: number }>(sql, [before]).map(({ contactId }) => contactId);
}
