import type { Database } from '../../source/store/database.ts';
import type { Message } from '../../source/core/types.ts';
import { addMessage, storedAfter } from '../../source/store/messages.ts';
import type { NewMessage } from '../../source/store/messages.ts';
import { bytesOf, newContact, tempDatabase } from './temp-database.ts';

/** Stores a message of which only the seq matters; answers its row. */
export function add(
  database: Database,
  message: Partial<NewMessage> & Pick<NewMessage, 'contactId' | 'seq'>,
): number {
  const direction = message.direction ?? 'in';
  return addMessage(database, {
    direction,
    id: idOf(direction, message.seq),
    kind: 'text',
    text: `${direction} ${message.seq}`,
    state: direction === 'in' ? 'received' : 'queued',
    sentAt: 1,
    receivedAt: direction === 'in' ? 2 : null,
    ...message,
  });
}

/** The message in a row as it is shown, or null. */
export function shownAt(database: Database, row: number): Message | null {
  return storedAfter(database, row - 1, null).find((one) => one.row === row) ?? null;
}

/** The id, 16 bytes, that `add` gives to a message. */
export function idOf(direction: 'in' | 'out', seq: number): NewMessage['id'] {
  return bytesOf(`${direction} ${seq}`, 16);
}

/** A new contact from whom these seqs came. */
export async function conversation(...seqs: number[]): Promise<{ database: Database; contactId: number }> {
  const database = await tempDatabase();
  const contactId = newContact(database).id;
  for (const seq of seqs) add(database, { contactId, seq });
  return { database, contactId };
}
