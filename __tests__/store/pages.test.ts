import { expect, test } from 'vitest';
import { addMessage, lastRow, page } from '../../source/store/messages.ts';
import { firstUnread, pageFrom, spotOf } from '../../source/store/pages.ts';
import { add, conversation } from '../support/conversation.ts';
import { explained } from '../support/explained.ts';
import { bytesOf, newContact } from '../support/temp-database.ts';

const start = { place: 0, seq: 0 };

test('a page that starts at a place follows reading order, whatever came when', async () => {
  const { database, contactId } = await conversation(1, 5, 2, 4, 3, 9);
  add(database, { contactId: newContact(database).id, seq: 1 });
  const whole = page(database, contactId, { before: null, count: 100 });
  expect(whole.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 9]);
  expect(pageFrom(database, contactId, { from: start, count: 100 })).toEqual(whole);
  for (const [at, { row }] of whole.entries()) {
    const from = spotOf(database, contactId, row) ?? start;
    expect(pageFrom(database, contactId, { from, count: 2 })).toEqual(whole.slice(at, at + 2));
    expect(page(database, contactId, { before: from, count: 2 })).toEqual(
      whole.slice(Math.max(0, at - 2), at),
    );
  }
});

test('a hidden message has a place, and is on no page', async () => {
  const { database, contactId } = await conversation(1, 2, 3);
  const [, second] = page(database, contactId, { before: null, count: 9 });
  database.run("UPDATE messages SET kind = 'hidden' WHERE row = ?", [second?.row ?? 0]);
  const from = spotOf(database, contactId, second?.row ?? 0) ?? start;
  expect(from).toEqual({ place: 2, seq: 2 });
  expect(pageFrom(database, contactId, { from, count: 9 }).map(({ seq }) => seq)).toEqual([3]);
});

test('a message of another conversation has no place in this one', async () => {
  const { database, contactId } = await conversation(1);
  const row = add(database, { contactId: newContact(database).id, seq: 1 });
  expect([spotOf(database, contactId, row), spotOf(database, contactId, 999)]).toEqual([null, null]);
});

test('the first unread message is theirs, and a text', async () => {
  const { database, contactId } = await conversation(1);
  add(database, { contactId, seq: 1, direction: 'out' });
  add(database, { contactId, seq: 0, kind: 'notice' });
  const first = add(database, { contactId, seq: 2 });
  add(database, { contactId, seq: 3 });
  expect(firstUnread(database, contactId, 1)).toBe(first);
  expect(firstUnread(database, contactId, lastRow(database))).toBeNull();
});

test('finds every page, and what arrives, by an index: it scans and sorts nothing', async () => {
  const { database: plain, contactId } = await conversation(1, 2, 3, 4);
  const { database, plans } = explained(plain);
  page(database, contactId, { before: null, count: 3 });
  page(database, contactId, { before: { place: 3, seq: 3 }, count: 3 });
  pageFrom(database, contactId, { from: { place: 2, seq: 2 }, count: 3 });
  spotOf(database, contactId, 2);
  firstUnread(database, contactId, 2);
  lastRow(database);
  addMessage(database, {
    contactId,
    direction: 'in',
    id: bytesOf('new', 16),
    kind: 'text',
    seq: 9,
    text: 'new',
    state: 'received',
    sentAt: 1,
    receivedAt: 2,
  });
  expect(plans().length).toBeGreaterThan(8);
  for (const plan of plans()) expect(plan).toMatch(/^SEARCH|CORRELATED SCALAR SUBQUERY|^SCALAR SUBQUERY/u);
  expect(plans().filter((plan) => plan.includes('messages_by_place')).length).toBeGreaterThanOrEqual(3);
});
