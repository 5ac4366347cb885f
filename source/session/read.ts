import type { Calls } from '../core/calls.ts';
import { limits } from '../core/limits.ts';
import type { Message } from '../core/types.ts';
import { changeContact, contactOf, isContact, type ContactRow } from '../store/contacts.ts';
import type { Database } from '../store/database.ts';
import { lastRow, lastStored, page, storedAfter } from '../store/messages.ts';
import { firstUnread, unreadAfter } from '../store/pages.ts';
import { readInTurn, turn, type Context, type Work } from './work/work.ts';
import { findContact } from './people/find-contact.ts';

type Ask<Method extends 'read' | 'seen'> = Parameters<Calls[Method]>[0];

/** Returns messages; those of one contact count as shown, unless the caller takes care of that. */
export function read(context: Context, ask: Ask<'read'>): Promise<readonly Message[]> {
  if (ask.contact === undefined || ask.peek) return readInTurn(context, (database) => find(database, ask));
  return turn(context, (work) => {
    const messages = find(work.database, ask);
    const rows = messages.map(({ row }) => row);
    noteShown(work, findContact(work.database, ask.contact ?? ''), rows);
    return messages;
  });
}

function find(database: Database, ask: Ask<'read'>): readonly Message[] {
  const { contact, last = limits.historyRows } = ask;
  const found = contact === undefined ? null : findContact(database, contact);
  const after = ask.unread ? found?.readRow : ask.after;
  if (after !== undefined) return storedAfter(database, after, found?.id ?? null);
  if (found === null) return lastStored(database, last);
  return page(database, found.id, { before: null, count: last });
}

/** Notes which messages a person saw. */
export async function seen(context: Context, { contact, rows }: Ask<'seen'>): Promise<null> {
  return turn(context, (work) => {
    noteShown(work, findContact(work.database, contact), rows);
    return null;
  });
}

/** A conversation is read up to one row: messages after an unread one that was not shown stay unread, too. */
function noteShown({ database, touched }: Work, { id, readRow }: ContactRow, rows: readonly number[]): void {
  const shown = new Set(rows);
  let upTo = readRow;
  for (const row of unreadAfter(database, id, readRow)) {
    if (!shown.has(row)) break;
    upTo = row;
  }
  if (upTo === readRow) return;
  changeContact(database, id, { readRow: upTo });
  touched.add(id);
}

/** Marks a conversation read up to its end. */
export function markRead(work: Work, contactId: number): void {
  if (!isContact(work.database, contactId)) return;
  if (firstUnread(work.database, contactId, contactOf(work.database, contactId).readRow) === null) return;
  changeContact(work.database, contactId, { readRow: lastRow(work.database) });
  work.touched.add(contactId);
}
