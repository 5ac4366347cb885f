import { describe, expect, test } from 'vitest';
import type { Database } from '../../source/store/database.ts';
import {
  findSent,
  lastRow,
  lastStored,
  lastText,
  markSent,
  page,
  storedAfter,
} from '../../source/store/messages.ts';
import { add, conversation, shownAt } from '../support/conversation.ts';
import { bytesOf, newContact } from '../support/temp-database.ts';

function texts(database: Database, contactId: number): string[] {
  return page(database, contactId, { before: null, count: 1000 }).map((message) => message.text);
}

describe('a message', () => {
  test('comes out as it went in', async () => {
    const { database, contactId } = await conversation();
    const row = add(database, { contactId, seq: 1, text: 'a\0b\nc', sentAt: 2 ** 53 - 1, receivedAt: 5 });
    expect(shownAt(database, row)).toEqual({
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
    expect(shownAt(database, row)).toBeNull();
    expect(texts(database, contactId)).toEqual(['in 1', 'in 3']);
    expect(page(database, contactId, { before: null, count: 9 }).map((one) => one.missingBefore)).toEqual([
      0, 0,
    ]);
    expect(storedAfter(database, 0, contactId)).toHaveLength(2);
    expect(lastStored(database, 9)).toHaveLength(2);
    expect(lastRow(database)).toBe(row + 1);
  });

  test('is refused by the database itself when it has the seq or the id of another', async () => {
    const { database, contactId } = await conversation(1);
    expect(() => add(database, { contactId, seq: 1, id: bytesOf('new', 16) })).toThrow('UNIQUE');
    expect(() => add(database, { contactId, seq: 2, id: bytesOf('in 1', 16) })).toThrow('UNIQUE');
    add(database, { contactId, seq: 1, direction: 'out' });
    add(database, { contactId: newContact(database).id, seq: 1 });
  });

  test('that is hidden may have the id of a text that came before under another seq', async () => {
    const { database, contactId } = await conversation(1);
    add(database, { contactId, seq: 2, id: bytesOf('in 1', 16), kind: 'hidden' });
    add(database, { contactId, seq: 3, id: bytesOf('in 1', 16), kind: 'hidden' });
    expect(texts(database, contactId)).toEqual(['in 1']);
  });

  test('is sent once it is on the other’s disk, and never falls back after that', async () => {
    const { database, contactId } = await conversation();
    const states = ['queued', 'sent', 'delivered', 'failed'] as const;
    const rows = states.map((state, at) =>
      add(database, { contactId, seq: at + 1, direction: 'out', state }),
    );
    for (const row of rows) markSent(database, row);
    expect(rows.map((row) => shownAt(database, row)?.state)).toEqual([
      'sent', 'sent', 'delivered', 'failed',
    ]); // prettier-ignore
  });
});

describe('asking', () => {
  test('for a message of mine by its id', async () => {
    const { database, contactId } = await conversation(1);
    const row = add(database, { contactId, seq: 1, direction: 'out' });
    const hex = Buffer.from(bytesOf('out 1', 16)).toString('hex');
    expect(findSent(database, hex)).toEqual({ row, contactId, state: 'queued' });
    expect(findSent(database, hex.toUpperCase())).toEqual({ row, contactId, state: 'queued' });
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

  test('an empty conversation for its last line', async () => {
    const { database, contactId } = await conversation();
    expect(lastRow(database)).toBe(0);
    expect(lastText(database, contactId)).toBeNull();
    expect(page(database, contactId, { before: null, count: 9 })).toEqual([]);
  });

  test('for the text of its last line, as it is read', async () => {
    const { database, contactId } = await conversation(3);
    add(database, { contactId, seq: 1 });
    expect(lastText(database, contactId)).toBe('in 3');
    add(database, { contactId, seq: 1, direction: 'out', kind: 'hidden' });
    expect(lastText(database, contactId)).toBe('in 3');
    add(database, { contactId, seq: 0, kind: 'notice', text: 'a line of the program' });
    add(database, { contactId: newContact(database).id, seq: 1, text: 'of another' });
    expect(lastText(database, contactId)).toBe('a line of the program');
  });
});
