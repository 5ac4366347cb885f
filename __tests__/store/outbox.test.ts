import { expect, test } from 'vitest';
import type { ContactState, Envelope } from '../../source/core/types.ts';
import { changeContact } from '../../source/store/contacts.ts';
import type { Database } from '../../source/store/database.ts';
import { addMessage } from '../../source/store/messages.ts';
import {
  addToOutbox,
  contactsWithMail,
  isWaiting,
  putLast,
  removeFromOutbox,
  waitingFor,
} from '../../source/store/outbox.ts';
import type { Waiting } from '../../source/store/outbox.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

function envelope(name: string): Envelope {
  return bytesOf(name, 4096) as Envelope;
}

function put(database: Database, contactId: number, name: string, messageRow: number | null = null): void {
  addToOutbox(database, { contactId, messageRow, envelope: envelope(name), ratchet: 2, createdAt: 1 });
}

/** The oldest envelope of each contact that may be sent to. */
function outboxHeads(database: Database): readonly Waiting[] {
  return contactsWithMail(database).flatMap((id) => waitingFor(database, id, { after: 0, most: 1 }));
}

/** The ids of the heads, by contact. */
function heads(database: Database): Record<number, number> {
  return Object.fromEntries(outboxHeads(database).map((head) => [head.contactId, head.id]));
}

test('does not reuse the number of the last envelope when it is gone', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  put(database, id, 'first');
  put(database, id, 'second');
  const before = heads(database)[id]!;
  putLast(database, before);
  const [second, last] = waitingFor(database, id, { after: 0, most: 9 }).map((one) => one.id);
  expect([second, last]).toEqual([before + 1, before + 2]);
  for (const one of [second, last]) removeFromOutbox(database, one!);
  // The same holds when the envelope to be put last was carried meanwhile, and nothing is left.
  putLast(database, last!);
  put(database, id, 'third');
  expect(waitingFor(database, id, { after: last!, most: 9 })).toHaveLength(1);
});

test('a head is the oldest of its contact, with its destination', async () => {
  const database = await tempDatabase();
  const [alice, bob] = [newContact(database), newContact(database, { address: 'bob.example:80' })];
  put(database, bob.id, 'bob first');
  put(database, alice.id, 'alice first');
  put(database, bob.id, 'bob second');
  const found = outboxHeads(database);
  expect(new Set(found.map((head) => head.contactId))).toEqual(new Set([alice.id, bob.id]));
  const head = found.find((one) => one.contactId === bob.id);
  expect(head).toMatchObject({ id: 1, messageRow: null, address: 'bob.example:80' });
  expect(
    head && [
      Buffer.compare(head.envelope, envelope('bob first')),
      Buffer.compare(head.slotKey, bob.theirSlot),
    ],
  ).toEqual([0, 0]);
});

test('the next comes when the previous one is removed', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  for (const name of ['one', 'two', 'three']) put(database, id, name);
  const order: number[] = [];
  for (let head = outboxHeads(database)[0]; head; head = outboxHeads(database)[0]) {
    order.push(head.id);
    removeFromOutbox(database, head.id);
  }
  expect(order).toEqual([1, 2, 3]);
});

test('uses an address as soon as it changes', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  put(database, id, 'one');
  changeContact(database, id, { address: 'elsewhere:81', theirSlot: bytesOf('new slot') });
  expect(outboxHeads(database)[0]).toMatchObject({ address: 'elsewhere:81' });
});

test.each<[ContactState, boolean]>([
  ['not-compared', true],
  ['compared', true],
  ['changed-signed', true],
  ['requested', false],
  ['conflict', false],
  ['revoked', false],
  ['blocked', false],
])('to a contact who is %s: %s', async (state, goes) => {
  const database = await tempDatabase();
  const { id } = newContact(database, { state });
  const other = newContact(database).id;
  put(database, id, 'held');
  put(database, other, 'free');
  expect(Object.keys(heads(database)).map(Number)).toEqual(goes ? [id, other] : [other]);
});

test('the hello goes to a contact who was asked, and nothing goes to one who asks', async () => {
  const database = await tempDatabase();
  const { id: asked } = newContact(database, { state: 'requested' });
  const { id: asks } = newContact(database, { state: 'requested' });
  changeContact(database, asked, { request: 'sent' });
  changeContact(database, asks, { request: 'received' });
  for (const id of [asked, asks]) put(database, id, 'x');
  expect(Object.keys(heads(database))).toEqual([String(asked)]);
});

test('a contact without an address delays nobody else', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database, { address: '' });
  const other = newContact(database).id;
  put(database, id, 'held');
  put(database, other, 'free');
  expect(heads(database)).toEqual({ [other]: 2 });
  changeContact(database, id, { address: 'alice.example:80' });
  expect(heads(database)).toEqual({ [id]: 1, [other]: 2 });
});

test('a removed envelope says which message it carried', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  const row = addMessage(database, {
    contactId: id,
    direction: 'out',
    id: bytesOf('id', 16),
    kind: 'text',
    seq: 1,
    text: 'hi',
    state: 'queued',
    sentAt: 1,
    receivedAt: null,
  });
  put(database, id, 'text', row);
  put(database, id, 'receipt');
  expect([
    removeFromOutbox(database, 1),
    removeFromOutbox(database, 2),
    removeFromOutbox(database, 3),
  ]).toEqual([row, null, null]);
});

test('a waiting receipt is one without a message', async () => {
  const database = await tempDatabase();
  const [one, other] = [newContact(database).id, newContact(database).id];
  put(database, one, 'receipt');
  expect([one, other].map((id) => isWaiting(database, id, 'receipt'))).toEqual([true, false]);
  removeFromOutbox(database, 1);
  expect(isWaiting(database, one, 'receipt')).toBe(false);
});

test('returns waiting mail in portions, oldest first', async () => {
  const database = await tempDatabase();
  const [one, other] = [newContact(database).id, newContact(database).id];
  for (const contactId of [one, other, one, one, other]) put(database, contactId, 'x');
  const ids = (contactId: number, after: number, most: number): number[] =>
    waitingFor(database, contactId, { after, most }).map(({ id }) => id);
  expect([ids(one, 0, 2), ids(one, 3, 2), ids(one, 4, 2), ids(other, 0, 9)]).toEqual([
    [1, 3],
    [4],
    [],
    [2, 5],
  ]);
  expect(contactsWithMail(database)).toEqual([one, other]);
});

test('never gives a number twice, whatever was removed', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  put(database, id, 'one');
  removeFromOutbox(database, 1);
  put(database, id, 'two');
  expect(outboxHeads(database).map((head) => head.id)).toEqual([2]);
});
