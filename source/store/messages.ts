import { foldedOrNull } from '../core/fold.ts';
import type { Bytes, Message, MessageState } from '../core/types.ts';
import type { Database, SqlValue } from './database.ts';
import { noteEraseDue } from './forget.ts';

/** A message to be stored; `hidden` ones count as seqs and are never shown. Times in ms since 1970. */
export type NewMessage = {
  readonly contactId: number;
  readonly direction: 'in' | 'out';
  readonly id: Bytes;
  readonly kind: 'text' | 'notice' | 'hidden';
  readonly seq: number;
  readonly text: string;
  /** The name of its kind of content; null for a text, and for a line that is not a content. */
  readonly what?: string | null;
  /** The encoded body of a content that is sent again unchanged. */
  readonly body?: Bytes | null;
  readonly state: MessageState;
  readonly sentAt: number;
  readonly receivedAt: number | null;
};

/** The number of the peer's seqs that are unknown just before a message. */
const missing = `CASE WHEN m.direction = 'in' AND m.seq > 0 THEN m.seq - 1 - coalesce((SELECT max(p.seq) FROM messages p
  WHERE p.contact_id = m.contact_id AND p.direction = 'in' AND p.seq > 0 AND p.seq < m.seq), 0) ELSE 0 END`;

/** The state of a message of table `m` for display: a sent one in a box shows as `kept`. */
export function shownState(m: string): string {
  return `iif(${m}.state = 'sent' AND ${m}.in_box = 1, 'kept', ${m}.state)`;
}

/** The columns of a Message, of the table `messages` as m. */
export const columns = `m.row, lower(hex(m.id)) AS id, m.contact_id AS contactId, m.direction, m.kind, m.seq, m.place, m.text,
  ${shownState('m')} AS state, m.sent_at AS sentAt, m.received_at AS receivedAt, ${missing} AS missingBefore`;

/** Stores a message at its place; returns its row. */
export function addMessage(database: Database, message: NewMessage): number {
  return database.run(
    `INSERT INTO messages (contact_id, direction, id, kind, seq, place, text, folded, what, body, state, sent_at, received_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      message.contactId,
      message.direction,
      message.id,
      message.kind,
      message.seq,
      placeOf(database, message),
      message.text,
      message.kind === 'text' ? foldedOrNull(message.text) : null,
      message.what ?? null,
      message.body ?? null,
      message.state,
      message.sentAt,
      message.receivedAt,
    ],
  );
}

/** At the end; or, for a message that comes after its successors, at the place of the next one, before it by seq. */
function placeOf(database: Database, message: NewMessage): number {
  if (message.direction === 'in' && message.seq > 0) {
    const next = database.get<{ place: number }>(
      `SELECT place FROM messages WHERE contact_id = ? AND direction = 'in' AND seq > ? AND seq > 0 ORDER BY seq LIMIT 1`,
      [message.contactId, message.seq],
    );
    if (next) return next.place;
  }
  const last = database.get<{ place: number | null }>(
    'SELECT max(place) AS place FROM messages WHERE contact_id = ?',
    [message.contactId],
  );
  return (last?.place ?? 0) + 1;
}

/**
 * Marks one of my messages as being on the peer's disk, or in the peer's box, unless it is already known to be further; it does not have
 * to go out again.
 */
export function markSent(database: Database, row: number, inBox = false): void {
  const sql =
    "UPDATE messages SET state = iif(state = 'queued', 'sent', state), again = 0, in_box = ? WHERE row = ?";
  database.run(sql, [inBox ? 1 : 0, row]);
}

/** Replaces one line by another, because its content can be read now. */
export function changeLine(
  database: Database,
  row: number,
  { kind, text, what = null }: Pick<NewMessage, 'kind' | 'text' | 'what'>,
): void {
  const folded = kind === 'text' ? foldedOrNull(text) : null;
  database.run('UPDATE messages SET kind = ?, text = ?, folded = ?, what = ? WHERE row = ?', [
    kind,
    text,
    folded,
    what,
    row,
  ]);
}

type SentRow = { readonly row: number; readonly contactId: number; readonly state: MessageState };

/** Row, contact and state of a message of mine by its id in hex, or null. */
export function findSent(database: Database, id: string): SentRow | null {
  const sql = `SELECT row, contact_id AS contactId, ${shownState('messages')} AS state FROM messages WHERE direction = 'out' AND id = unhex(?)`;
  return database.get<SentRow>(sql, [id]) ?? null;
}

/** The last `count` messages of one conversation that come before `before`, in reading order. */
export function page(
  database: Database,
  contactId: number,
  range: { before: { place: number; seq: number } | null; count: number },
): readonly Message[] {
  const values: SqlValue[] = [contactId];
  if (range.before) values.push(range.before.place, range.before.seq);
  const older = range.before ? 'AND (m.place, m.seq) < (?, ?)' : '';
  return database
    .all<Message>(
      `SELECT ${columns} FROM messages m WHERE m.contact_id = ? AND m.kind <> 'hidden' ${older}
       ORDER BY m.place DESC, m.seq DESC, m.row DESC LIMIT ?`,
      [...values, range.count],
    )
    .toReversed();
}

/** Messages of all or one conversation stored after a row, in the order they were stored. */
export function storedAfter(database: Database, after: number, contactId: number | null): readonly Message[] {
  const ofOne = contactId === null ? '' : 'AND m.contact_id = ?';
  return database.all<Message>(
    `SELECT ${columns} FROM messages m WHERE m.row > ? AND m.kind <> 'hidden' ${ofOne} ORDER BY m.row`,
    contactId === null ? [after] : [after, contactId],
  );
}

/** The last `count` messages of all conversations, in the order they were stored. */
export function lastStored(database: Database, count: number): readonly Message[] {
  return database
    .all<Message>(`SELECT ${columns} FROM messages m WHERE m.kind <> 'hidden' ORDER BY m.row DESC LIMIT ?`, [
      count,
    ])
    .toReversed();
}

/** The highest row of all conversations, 0 when there is none: no line was stored later. */
export function lastRow(database: Database): number {
  return database.get<{ row: number | null }>('SELECT max(row) AS row FROM messages')?.row ?? 0;
}

/** The text of the last line of a conversation, null when it is empty. */
export function lastText(database: Database, contactId: number): string | null {
  const sql = `SELECT text FROM messages WHERE contact_id = ? AND kind <> 'hidden' ORDER BY place DESC, seq DESC, row DESC LIMIT 1`;
  return database.get<{ text: string }>(sql, [contactId])?.text ?? null;
}

/** The beginning of the last text of a conversation, and who wrote it; null when there is none. */
export function lastWords(
  database: Database,
  contactId: number,
  letters: number,
): Pick<Message, 'direction' | 'text'> | null {
  const sql = `SELECT direction, substr(text, 1, ?) AS text FROM messages WHERE contact_id = ? AND kind = 'text'
    ORDER BY place DESC, seq DESC, row DESC LIMIT 1`;
  return database.get<Pick<Message, 'direction' | 'text'>>(sql, [letters, contactId]) ?? null;
}

/** True if a content of this kind waits for a contact and has not been posted. */
export function isOneQueued(database: Database, contactId: number, what: string): boolean {
  const sql = `SELECT 1 FROM messages WHERE contact_id = ? AND direction = 'out' AND state = 'queued' AND what = ? LIMIT 1`;
  return database.get(sql, [contactId, what]) !== undefined;
}

/** When the first of my waiting texts to a contact was written, ms since 1970; null when none waits. */
export function waitsSince(database: Database, contactId: number): number | null {
  const sql = `SELECT min(sent_at) AS at FROM messages WHERE contact_id = ? AND direction = 'out' AND kind = 'text'
    AND state = 'queued'`;
  return database.get<{ at: number | null }>(sql, [contactId])?.at ?? null;
}

/**
 * Takes the text out of one message and out of the search index, and hides the rest: seq, id and place stay, because they keep repeats
 * out. Notes that `eraseRemains` is due. Returns the contact's id, null when nothing is shown in that row.
 */
export function eraseMessage(database: Database, row: number): number | null {
  const sql = `UPDATE messages SET kind = 'hidden', text = '', folded = NULL, what = 'erased', body = NULL
    WHERE row = ? AND kind <> 'hidden' RETURNING contact_id AS contactId`;
  const erased = database.get<{ contactId: number }>(sql, [row]);
  if (!erased) return null;
  noteEraseDue(database);
  return erased.contactId;
}
