import { describe, expect, test } from 'vitest';
import type { Envelope, MessageState } from '../../source/core/types.ts';
import type { Database } from '../../source/store/database.ts';
import { markSent } from '../../source/store/messages.ts';
import { addToOutbox, contactsWithMail, waitingFor } from '../../source/store/outbox.ts';
import {
  deliveredAbove,
  missingSeqs,
  recallAll,
  recallMail,
  renumber,
  countDelivered,
  sendAgain,
  resendStale,
  undeliveredTo,
  unsentTo,
} from '../../source/store/unsent.ts';
import { add, conversation, idOf } from '../support/conversation.ts';
import { bytesOf, newContact } from '../support/temp-database.ts';

function envelopeOf(database: Database, contactId: number, messageRow: number | null): void {
  const envelope = bytesOf(`envelope ${messageRow}`, 4096) as Envelope;
  addToOutbox(database, { contactId, messageRow, envelope, ratchet: 2, createdAt: 1 });
}

function unsent(database: Database, contactId: number, most = 100): number[] {
  return unsentTo(database, contactId, most).map(({ seq }) => seq);
}

/** A conversation in which my messages have these states, with seqs from 1 on. */
async function said(...states: MessageState[]) {
  const { database, contactId } = await conversation(1, 2);
  const rows = states.map((state, at) => add(database, { contactId, seq: at + 1, direction: 'out', state }));
  return { database, contactId, rows };
}

function statesOf(database: Database, rows: readonly number[]): unknown {
  return rows.map(
    (row) => database.get<{ state: string }>('SELECT state FROM messages WHERE row = ?', [row])?.state,
  );
}

describe('mail without an envelope', () => {
  test('is what is queued, in order, of every kind', async () => {
    const { database, contactId, rows } = await said('queued', 'sent', 'delivered', 'failed');
    add(database, { contactId, seq: 7, direction: 'out', kind: 'hidden', what: 'reserve' });
    const row = add(database, { contactId, seq: 6, direction: 'out', text: 'a text' });
    add(database, { contactId, seq: 0, direction: 'out', kind: 'notice' });
    add(database, { contactId: newContact(database).id, seq: 5, direction: 'out' });
    expect(unsent(database, contactId)).toEqual([1, 6, 7]);
    const [, second, third] = unsentTo(database, contactId, 9);
    expect(second).toMatchObject({ row, what: null, text: 'a text' });
    expect(Buffer.from(second!.id)).toEqual(Buffer.from(idOf('out', 6)));
    expect(third).toMatchObject({ what: 'reserve' });
    envelopeOf(database, contactId, rows[0]!);
    expect(unsent(database, contactId)).toEqual([6, 7]);
  });

  test('puts a hello ahead of older mail, makes it once, and takes it back only for another one', async () => {
    const { database, contactId, rows } = await said('queued', 'queued');
    const hello = add(database, { contactId, seq: 3, direction: 'out', kind: 'hidden', what: 'hello' });
    expect(unsent(database, contactId)).toEqual([1, 2, 3]);
    envelopeOf(database, contactId, hello);
    expect(unsent(database, contactId)).toEqual([1, 2]);
    envelopeOf(database, contactId, rows[0]!);
    envelopeOf(database, contactId, null);
    add(database, { contactId, seq: 4, direction: 'out' });
    expect(unsent(database, contactId)).toEqual([2, 4]);
    recallMail(database, contactId);
    expect(
      waitingFor(database, contactId, { after: 0, most: 9 }).map(({ messageRow }) => messageRow),
    ).toEqual([hello]);
    expect(unsent(database, contactId)).toEqual([1, 2, 4]);
    recallAll(database, contactId);
    expect(unsent(database, contactId)).toEqual([1, 2, 3, 4]);
  });

  test('comes in portions', async () => {
    const { database, contactId, rows } = await said('queued', 'queued', 'queued');
    expect(unsent(database, contactId, 2)).toEqual([1, 2]);
    envelopeOf(database, contactId, rows[0]!);
    expect(unsent(database, contactId, 1)).toEqual([2]);
  });

  test('is found without looking through what is sent', async () => {
    const { database } = await said();
    const sql = `EXPLAIN QUERY PLAN SELECT row FROM messages INDEXED BY messages_waiting
      WHERE contact_id = ? AND direction = 'out' AND state = 'queued' AND seq > 0 ORDER BY seq LIMIT 1`;
    const plan = database.all<{ detail: string }>(sql, [1]).map(({ detail }) => detail);
    expect(plan).toEqual([expect.stringContaining('SEARCH messages USING')]);
  });
});

test('mail that is taken back is unsent again; other contacts’ mail continues', async () => {
  const { database, contactId, rows } = await said('queued', 'queued', 'sent');
  const other = newContact(database).id;
  for (const row of [rows[0]!, rows[1]!, null]) envelopeOf(database, contactId, row);
  envelopeOf(database, other, null);
  expect(unsent(database, contactId)).toEqual([]);
  recallMail(database, contactId);
  expect(unsent(database, contactId)).toEqual([1, 2]);
  expect(contactsWithMail(database)).toEqual([other]);
  expect(waitingFor(database, contactId, { after: 0, most: 9 })).toEqual([]);
});

describe('mail that its reader has lost', () => {
  test('goes out again above its old place, whatever was known about it, and no tick falls', async () => {
    const { database, contactId, rows } = await said('delivered', 'delivered', 'sent', 'delivered', 'queued');
    const other = add(database, {
      contactId: newContact(database).id,
      seq: 9,
      direction: 'out',
      state: 'sent',
    });
    expect(countDelivered(database, contactId, 1)).toBe(2);
    expect(sendAgain(database, contactId, { after: 1, upTo: 9, most: 9 })).toBe(0);
    expect(statesOf(database, rows)).toEqual(['delivered', 'delivered', 'sent', 'delivered', 'queued']);
    expect(statesOf(database, [other])).toEqual(['sent']);
    expect(unsent(database, contactId)).toEqual([2, 3, 4, 5]);
    for (const row of rows) markSent(database, row);
    expect(unsent(database, contactId)).toEqual([]);
    expect(statesOf(database, rows)).toEqual(['delivered', 'delivered', 'sent', 'delivered', 'sent']);
  });

  test('goes out again in parts', async () => {
    const { database, contactId } = await said('delivered', 'delivered', 'sent', 'delivered', 'sent');
    expect(sendAgain(database, contactId, { after: 0, upTo: 9, most: 2 })).toBe(3);
    expect(unsent(database, contactId)).toEqual([1, 2]);
    expect(sendAgain(database, contactId, { after: 2, upTo: 9, most: 3 })).toBe(0);
    expect(unsent(database, contactId)).toEqual([1, 2, 3, 4, 5]);
  });

  test('is counted in texts, and leaves the peer’s messages alone', async () => {
    const { database, contactId } = await said('delivered');
    const hidden = { contactId, direction: 'out', kind: 'hidden', state: 'delivered' } as const;
    add(database, { ...hidden, seq: 2 });
    expect(countDelivered(database, contactId, 0)).toBe(1);
    sendAgain(database, contactId, { after: 0, upTo: 9, most: 9 });
    expect(unsent(database, contactId)).toEqual([1, 2]);
  });
});

test('sends mail again that was sent long ago and is not known to be delivered', async () => {
  const { database, contactId, rows } = await said('sent', 'sent', 'queued', 'delivered', 'failed');
  database.run("UPDATE messages SET sent_at = row * 10 WHERE direction = 'out'");
  const other = add(database, {
    contactId: newContact(database).id,
    seq: 1,
    direction: 'out',
    state: 'sent',
  });
  const notice = add(database, { contactId, seq: 0, direction: 'out', kind: 'notice', state: 'sent' });
  expect(resendStale(database, contactId, rows[1]! * 10)).toBe(1);
  expect(unsent(database, contactId)).toEqual([1, 3]);
  expect(resendStale(database, contactId, 2 ** 53 - 1)).toBe(2);
  expect(unsent(database, contactId)).toEqual([1, 2, 3]);
  expect(statesOf(database, rows)).toEqual(['sent', 'sent', 'queued', 'delivered', 'failed']);
  expect(statesOf(database, [other, notice])).toEqual(['sent', 'sent']);
});

describe('other numbers', () => {
  test('go to undelivered messages, in order; the numbers of the rest are taken', async () => {
    const { database, contactId, rows } = await said('delivered', 'sent', 'queued', 'delivered', 'delivered');
    add(database, { contactId: newContact(database).id, seq: 1, direction: 'out' });
    add(database, { contactId, seq: 0, direction: 'out', kind: 'notice' });
    const late = add(database, { contactId, seq: 9, direction: 'out' });
    const early = add(database, { contactId, seq: 8, direction: 'out', kind: 'hidden' });
    expect(undeliveredTo(database, contactId)).toEqual([rows[1], rows[2], early, late]);
    expect([0, 1, 4, 5].map((above) => deliveredAbove(database, contactId, above))).toEqual([
      [1, 4, 5], [4, 5], [5], [],
    ]); // prettier-ignore
  });

  test('may be swapped between messages, and mark messages unsent', async () => {
    const { database, contactId, rows } = await said('delivered', 'sent', 'queued', 'sent');
    const [, two, three, four] = rows;
    renumber(database, [
      { row: two!, seq: 3 },
      { row: three!, seq: 2 },
    ]);
    expect(unsentTo(database, contactId, 9).map(({ row, seq }) => [row, seq])).toEqual([
      [three, 2],
      [two, 3],
    ]);
    expect(statesOf(database, rows)).toEqual(['delivered', 'sent', 'queued', 'sent']);
    renumber(database, [{ row: four!, seq: 100 }]);
    expect(undeliveredTo(database, contactId)).toEqual([three, two, four]);
    expect(() => renumber(database, [{ row: two!, seq: 1 }])).toThrow('UNIQUE');
  });

  test('that no message has are the holes, including the last', async () => {
    const { database, contactId } = await conversation(1, 2, 3, 4, 5);
    for (const seq of [2, 3, 7, 10]) add(database, { contactId, seq, direction: 'out' });
    add(database, { contactId: newContact(database).id, seq: 5, direction: 'out' });
    const missing = (after: number, before = 11, most = 100): readonly number[] =>
      missingSeqs(database, contactId, { after, before, most });
    expect(missing(0)).toEqual([1, 4, 5, 6, 8, 9]);
    expect(missing(5)).toEqual([6, 8, 9]);
    expect(missing(7)).toEqual([8, 9]);
    expect(missing(0, 10)).toEqual([1, 4, 5, 6, 8, 9]);
    expect(missing(0, 11, 3)).toEqual([1, 4, 5]);
    expect(missing(10)).toEqual([]);
  });
});
