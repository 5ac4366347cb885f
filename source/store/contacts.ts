import { contactColumns, type ContactRow } from './contact-row.ts';
import { countsOf, type Counts } from './counts.ts';
import type { Database } from './database.ts';

export type { ContactRow } from './contact-row.ts';

/** A contact with its counts of messages. */
export type ContactSummary = ContactRow & Counts;

const columns = Object.entries(contactColumns)
  .map(([field, { name }]) => `${name} AS ${field}`)
  .join(', ');

/** The fields of a contact that may be changed. */
export type ContactChange = Partial<Omit<ContactRow, 'id' | 'createdAt'>>;

/** A new contact; everything else begins at its default. */
export type NewContact = Pick<
  ContactRow,
  | 'name'
  | 'alias'
  | 'state'
  | 'address'
  | 'epoch'
  | 'statementHash'
  | 'theirSlot'
  | 'mySlot'
  | 'followedEpoch'
  | 'createdAt'
>;

/** Stores a new contact; returns its id. */
export function addContact(database: Database, contact: NewContact): number {
  return database.run(
    `INSERT INTO contacts (name, alias, state, address, epoch, statement_hash, their_slot, my_slot, followed_epoch, named_epoch, created_at, last_activity_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      contact.name,
      contact.alias,
      contact.state,
      contact.address,
      contact.epoch,
      contact.statementHash,
      contact.theirSlot,
      contact.mySlot,
      contact.followedEpoch,
      contact.followedEpoch,
      contact.createdAt,
      contact.createdAt,
    ],
  );
}

/** Writes the named fields of a contact. */
export function changeContact(database: Database, id: number, change: ContactChange): void {
  const fields = Object.keys(change) as Array<keyof ContactChange>;
  if (fields.length === 0) return;
  const before = database.remembered.row('contacts', id);
  const values = fields.map((field) => change[field] ?? null);
  const sets = fields.map((field) => `${contactColumns[field].name} = ?`).join(', ');
  database.run(`UPDATE contacts SET ${sets} WHERE id = ?`, [...values, id]);
  if (!before) return;
  const changed = Object.fromEntries(fields.map((field, at) => [field, values[at] ?? null]));
  database.remembered.of('contacts', id, () => ({ ...before, ...changed }));
}

/** True if there is a contact with this id: it may have been deleted since the request. */
export function isContact(database: Database, id: number): boolean {
  return database.get('SELECT 1 AS found FROM contacts WHERE id = ?', [id]) !== undefined;
}

/** One contact; throws when there is none with this id, which is a bug. */
export function contactOf(database: Database, id: number): ContactRow {
  return database.remembered.of('contacts', id, () => {
    const row = database.get<ContactRow>(`SELECT ${columns} FROM contacts WHERE id = ?`, [id]);
    if (!row) throw new Error(`no contact ${id}`);
    return row;
  });
}

/** One contact with its counts. */
export function contactSummary(database: Database, id: number): ContactSummary {
  return { ...contactOf(database, id), ...countsOf(database, id) };
}

/** All contacts with their counts, in the order they were made. */
export function contactSummaries(database: Database): readonly ContactSummary[] {
  return allContacts(database).map((row) => ({ ...row, ...countsOf(database, row.id) }));
}

/** The first contact that is called exactly this here: by the user's own name for it, else by the peer's; null when there is none. */
export function idLabelled(database: Database, label: string): number | null {
  const sql = 'SELECT id FROM contacts WHERE coalesce(alias, name) = ? ORDER BY id LIMIT 1';
  return database.get<{ id: number }>(sql, [label])?.id ?? null;
}

/** All contacts, in the order they were made. */
export function allContacts(database: Database): readonly ContactRow[] {
  return database.all<ContactRow>(`SELECT ${columns} FROM contacts ORDER BY id`);
}

/** The number of people who asked through the card and wait for an answer. */
export function countRequests(database: Database): number {
  const sql = "SELECT count(*) AS count FROM contacts WHERE state = 'requested' AND request = 'received'";
  return database.get<{ count: number }>(sql)?.count ?? 0;
}

/** The contacts to whom a receipt is due. */
export function contactsOwed(database: Database): readonly number[] {
  return database
    .all<{ id: number }>('SELECT id FROM contacts WHERE receipt_due > 0 AND request IS NULL')
    .map(({ id }) => id);
}
