import { describe, expect, test } from 'vitest';
import type { Database } from '../../source/store/database.ts';
import {
  addMessage,
  findSent,
  isRepeat,
  lastRow,
  lastStored,
  markDelivered,
  markSent,
  messageOf,
  page,
  seqsAbove,
  storedAfter,
  storedUpTo,
} from '../../source/store/messages.ts';
import type { NewMessage } from '../../source/store/messages.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

function add(
  database: Database,
  message: Partial<NewMessage> & Pick<NewMessage, 'contactId' | 'seq'>,
): number {
  const direction = message.direction ?? 'in';
  return addMessage(database, {
    direction,
    id: bytesOf(`${direction} ${message.seq}`, 16),
    kind: 'text',
    text: `${direction} ${message.seq}`,
    state: direction === 'in' ? 'received' : 'queued',
    sentAt: 1,
    receivedAt: direction === 'in' ? 2 : null,
    ...message,
  });
}

async function conversation(...seqs: number[]): Promise<{ database: Database; contactId: number }> {
  const database = await tempDatabase();
  const contactId = newContact(database).id;
  for (const seq of seqs) add(database, { contactId, seq });
  return { database, contactId };
}

function texts(database: Database, contactId: number): string[] {
  return page(database, contactId, { before: null, count: 1000 }).map((message) => message.text);
}

describe('a message', () => {
  test('comes out as it went in', async () => {
    const { database, contactId } = await conversation();
    const row = add(database, { contactId, seq: 1, text: 'a\0b\nc', sentAt: 2 ** 53 - 1, receivedAt: 5 });
    expect(messageOf(database, row)).toEqual({
      row,
      id: Buffer.from(bytesOf('in 1', 16)).toString('hex'),
      contactId,
      direction: 'in',
      kind: 'text',
      seq: 1,
      place: 1,
      text: 'a\0b\nc',
      state: 'received',
      sentAt: 2 ** 53 - 1,
      receivedAt: 5,
      missingBefore: 0,
    });
  });

  test('that is hidden counts, and is not shown', async () => {
    const { database, contactId } = await conversation(1);
    const row = add(database, { contactId, seq: 2, kind: 'hidden' });
    add(database, { contactId, seq: 3 });
    expect(messageOf(database, row)).toBeNull();
    expect(texts(database, contactId)).toEqual(['in 1', 'in 3']);
    expect(page(database, contactId, { before: null, count: 9 }).map((one) => one.missingBefore)).toEqual([
      0, 0,
    ]);
    expect(storedAfter(database, 0, contactId)).toHaveLength(2);
    expect(lastStored(database, 9)).toHaveLength(2);
    expect(storedUpTo(database, contactId, 0)).toBe(3);
    expect(lastRow(database, contactId)).toBe(row + 1);
  });

  test('with the seq or the id of another is refused by the database itself', async () => {
    const { database, contactId } = await conversation(1);
    expect(() => add(database, { contactId, seq: 1, id: bytesOf('new', 16) })).toThrow('UNIQUE');
    expect(() => add(database, { contactId, seq: 2, id: bytesOf('in 1', 16) })).toThrow('UNIQUE');
    add(database, { contactId, seq: 1, direction: 'out' });
    add(database, { contactId: newContact(database).id, seq: 1 });
  });
});

describe('a repeat', () => {
  test('is a known id or a known seq of this contact', async () => {
    const { database, contactId } = await conversation(1, 3);
    const repeat = (seq: number, id = 'new'): boolean =>
      isRepeat(database, { contactId, seq, id: bytesOf(id, 16) });
    expect([repeat(1), repeat(3), repeat(2), repeat(4)]).toEqual([true, true, false, false]);
    expect(repeat(9, 'in 1')).toBe(true);
    expect(repeat(0)).toBe(false);
    expect(isRepeat(database, { contactId: newContact(database).id, seq: 1, id: bytesOf('in 1', 16) })).toBe(
      false,
    );
  });

  test('is nothing of my own', async () => {
    const { database, contactId } = await conversation();
    add(database, { contactId, seq: 1, direction: 'out' });
    expect(isRepeat(database, { contactId, seq: 1, id: bytesOf('out 1', 16) })).toBe(false);
  });
});

describe('what is stored', () => {
  test('up to the first gap', async () => {
    const { database, contactId } = await conversation(1, 2, 5, 6);
    expect(storedUpTo(database, contactId, 0)).toBe(2);
    expect(storedUpTo(database, contactId, 2)).toBe(2);
    expect(seqsAbove(database, contactId, { from: 2, most: 256 })).toEqual([5, 6]);
    expect(seqsAbove(database, contactId, { from: 2, most: 1 })).toEqual([6]);
    add(database, { contactId, seq: 4 });
    add(database, { contactId, seq: 3 });
    expect(storedUpTo(database, contactId, 2)).toBe(6);
    expect(seqsAbove(database, contactId, { from: 6, most: 256 })).toEqual([]);
  });

  test('nothing, when the first is missing', async () => {
    const { database, contactId } = await conversation(2);
    expect(storedUpTo(database, contactId, 0)).toBe(0);
  });

  test('thousands at once', async () => {
    const { database, contactId } = await conversation();
    database.run('BEGIN');
    for (let seq = 1; seq <= 2500; seq += 1) if (seq !== 2400) add(database, { contactId, seq });
    database.run('COMMIT');
    expect(storedUpTo(database, contactId, 0)).toBe(2399);
    add(database, { contactId, seq: 2400 });
    expect(storedUpTo(database, contactId, 0)).toBe(2500);
    expect(storedUpTo(database, contactId, 1000)).toBe(2500);
  });
});

describe('delivered', () => {
  async function sent(): Promise<{ database: Database; contactId: number; rows: number[] }> {
    const { database, contactId } = await conversation(1, 2, 3);
    const rows = [1, 2, 3, 4, 5].map((seq) => add(database, { contactId, seq, direction: 'out' }));
    return { database, contactId, rows };
  }

  test('are all up to the ack, and what the receipt lists', async () => {
    const { database, contactId, rows } = await sent();
    markSent(database, rows[0]!);
    expect(markDelivered(database, contactId, { ack: 2, seqs: [4] })).toEqual([rows[0], rows[1], rows[3]]);
    expect(rows.map((row) => messageOf(database, row)?.state)).toEqual([
      'delivered', 'delivered', 'queued', 'delivered', 'queued',
    ]); // prettier-ignore
    expect(markDelivered(database, contactId, { ack: 2, seqs: [4] })).toEqual([]);
  });

  test('is not undone by a 202 that comes late', async () => {
    const { database, contactId, rows } = await sent();
    markDelivered(database, contactId, { ack: 1, seqs: [] });
    markSent(database, rows[0]!);
    expect(messageOf(database, rows[0]!)?.state).toBe('delivered');
  });

  test('is nothing that failed, nothing of the peer, nothing of another contact', async () => {
    const { database, contactId, rows } = await sent();
    const other = add(database, { contactId: newContact(database).id, seq: 1, direction: 'out' });
    const failed = add(database, { contactId, seq: 6, direction: 'out', state: 'failed' });
    expect(markDelivered(database, contactId, { ack: 2 ** 53 - 1, seqs: [] })).toEqual(rows);
    expect([other, failed].map((row) => messageOf(database, row)?.state)).toEqual(['queued', 'failed']);
    expect(page(database, contactId, { before: null, count: 3 }).map((one) => one.state)).not.toContain(
      'received',
    );
  });
});

describe('asking', () => {
  test('for a message of mine by its id', async () => {
    const { database, contactId } = await conversation(1);
    const row = add(database, { contactId, seq: 1, direction: 'out' });
    const hex = Buffer.from(bytesOf('out 1', 16)).toString('hex');
    expect(findSent(database, hex)).toEqual({ row, state: 'queued' });
    expect(findSent(database, hex.toUpperCase())).toEqual({ row, state: 'queued' });
    expect(findSent(database, Buffer.from(bytesOf('in 1', 16)).toString('hex'))).toBeNull();
    for (const nonsense of ['', 'x', 'zz', hex.slice(1), `${hex}00`, "'; DROP TABLE messages; --"]) {
      expect(findSent(database, nonsense)).toBeNull();
    }
  });

  test('for what was stored after a row, of one or of all', async () => {
    const { database, contactId } = await conversation(2);
    const other = newContact(database).id;
    add(database, { contactId: other, seq: 1 });
    add(database, { contactId, seq: 1 });
    const stored = (contact: number | null): number[] =>
      storedAfter(database, 1, contact).map((one) => one.row);
    expect([stored(null), stored(contactId), stored(other)]).toEqual([[2, 3], [3], [2]]);
    expect(lastStored(database, 2).map((one) => one.row)).toEqual([2, 3]);
  });

  test('an empty conversation for its last row', async () => {
    const { database, contactId } = await conversation();
    expect(lastRow(database, contactId)).toBe(0);
    expect(page(database, contactId, { before: null, count: 9 })).toEqual([]);
  });
});
