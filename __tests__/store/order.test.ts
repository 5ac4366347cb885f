import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../source/store/database.ts';
import { markSent, page } from '../../source/store/messages.ts';
import {
  gapSince,
  idsBetween,
  lastDelivered,
  markDelivered,
  markOneDelivered,
  standingOf,
  storedAbove,
} from '../../source/store/order.ts';
import type { Ordered } from '../../source/store/order.ts';
import { add, conversation, idOf, shownAt } from '../support/conversation.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

const everything = { after: 0, upTo: Number.MAX_SAFE_INTEGER };

function seqs(found: readonly Ordered[]): number[] {
  return found.map(({ seq }) => seq);
}

describe('an incoming message', () => {
  test('is new, a repeat, there again under another seq, or in the place of another', async () => {
    const { database, contactId } = await conversation(1, 3);
    const standing = (seq: number, id = bytesOf('new', 16)): string =>
      standingOf(database, { contactId, seq, id });
    expect([standing(2), standing(4)]).toEqual(['new', 'new']);
    expect([standing(1, idOf('in', 1)), standing(3, idOf('in', 3))]).toEqual(['repeat', 'repeat']);
    expect([standing(9, idOf('in', 1)), standing(2, idOf('in', 3))]).toEqual(['again', 'again']);
    expect([standing(1), standing(3), standing(1, idOf('in', 3))]).toEqual(['clash', 'clash', 'clash']);
  });

  test('is new with the id and seq of a message of mine, or of another contact', async () => {
    const { database, contactId } = await conversation();
    add(database, { contactId, seq: 1, direction: 'out' });
    add(database, { contactId: newContact(database).id, seq: 1 });
    for (const id of [idOf('out', 1), idOf('in', 1), bytesOf('new', 16)]) {
      expect(standingOf(database, { contactId, seq: 1, id })).toBe('new');
    }
  });

  test('is new when it takes the place of a line of the program', async () => {
    const { database, contactId } = await conversation();
    add(database, { contactId, seq: 0, kind: 'notice' });
    expect(standingOf(database, { contactId, seq: 1, id: bytesOf('new', 16) })).toBe('new');
  });

  test('that came again is a repeat under each of its seqs', async () => {
    const { database, contactId } = await conversation(1);
    add(database, { contactId, seq: 4, id: idOf('in', 1), kind: 'hidden' });
    const standing = (seq: number): string => standingOf(database, { contactId, seq, id: idOf('in', 1) });
    expect([standing(1), standing(4), standing(5)]).toEqual(['repeat', 'repeat', 'again']);
  });
});

describe('the order of one direction', () => {
  test('is given by seq, with the ids, whatever came first', async () => {
    const { database, contactId } = await conversation(5, 1, 2);
    const found = idsBetween(database, { contactId, direction: 'in' }, everything);
    expect(found.map(({ seq, id }) => [seq, Buffer.from(id)])).toEqual(
      [1, 2, 5].map((seq) => [seq, Buffer.from(idOf('in', seq))]),
    );
  });

  test('has no lines of the program, no other direction and no other contacts', async () => {
    const { database, contactId } = await conversation(1);
    add(database, { contactId, seq: 0, kind: 'notice' });
    add(database, { contactId, seq: 7, direction: 'out' });
    add(database, { contactId: newContact(database).id, seq: 9 });
    const all = (direction: 'in' | 'out'): number[] =>
      seqs(idsBetween(database, { contactId, direction }, everything));
    expect([all('in'), all('out')]).toEqual([[1], [7]]);
    expect(seqs(storedAbove(database, contactId, { from: 0, most: 9 }))).toEqual([1]);
    expect(seqs(storedAbove(database, contactId, { from: -1, most: 9 }))).toEqual([1]);
  });

  test('comes a thousand at a time', async () => {
    const { database, contactId } = await conversation();
    database.run('BEGIN');
    for (let seq = 1; seq <= 1200; seq += 1) add(database, { contactId, seq });
    database.run('COMMIT');
    const of = { contactId, direction: 'in' } as const;
    const first = seqs(idsBetween(database, of, everything));
    const rest = seqs(idsBetween(database, of, { ...everything, after: 1000 }));
    expect([first.length, first[0], first.at(-1)]).toEqual([1000, 1, 1000]);
    expect([rest.length, rest[0], rest.at(-1)]).toEqual([200, 1001, 1200]);
  });

  test('is cut out exactly, whatever is stored and asked for', async () => {
    const database = await tempDatabase();
    const stored = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 12 });
    const ask = fc.tuple(fc.nat(21), fc.nat(21), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(stored, ask, (known, [after, upTo, most]) => {
        const contactId = newContact(database).id;
        for (const seq of known) add(database, { contactId, seq });
        const rising = known.toSorted((one, other) => one - other);
        expect(seqs(idsBetween(database, { contactId, direction: 'in' }, { after, upTo }))).toEqual(
          rising.filter((seq) => seq > after && seq <= upTo),
        );
        expect(seqs(storedAbove(database, contactId, { from: after, most }))).toEqual(
          rising.filter((seq) => seq > after).slice(-most),
        );
      }),
      { numRuns: 200 },
    );
  });
});

test('dates a gap by the first message that came beyond it', async () => {
  const { database, contactId } = await conversation();
  add(database, { contactId, seq: 1, receivedAt: 10 });
  add(database, { contactId, seq: 0, kind: 'notice', receivedAt: 5 });
  add(database, { contactId, seq: 7, direction: 'out', receivedAt: null });
  expect(gapSince(database, contactId, 1)).toBeNull();
  add(database, { contactId, seq: 5, receivedAt: 30 });
  add(database, { contactId, seq: 4, receivedAt: 40 });
  expect([0, 1, 4, 5].map((upTo) => gapSince(database, contactId, upTo))).toEqual([10, 30, 30, null]);
});

describe('delivered', () => {
  async function sent(): Promise<{ database: Database; contactId: number; rows: number[] }> {
    const { database, contactId } = await conversation(1, 2, 3);
    const rows = [1, 2, 3, 4, 5].map((seq) => add(database, { contactId, seq, direction: 'out' }));
    return { database, contactId, rows };
  }

  function states(database: Database, rows: readonly number[]): unknown {
    return rows.map((row) => shownAt(database, row)?.state);
  }

  const start = (seq: number) => idOf('out', seq).slice(0, 4);

  test('are all messages up to the ack', async () => {
    const { database, contactId, rows } = await sent();
    markSent(database, rows[0]!);
    markDelivered(database, contactId, 2, 99);
    expect(states(database, rows)).toEqual(['delivered', 'delivered', 'queued', 'queued', 'queued']);
    markDelivered(database, contactId, 1, 99);
    expect(states(database, rows)).toEqual(['delivered', 'delivered', 'queued', 'queued', 'queued']);
  });

  test('is one whose id begins as the receipt says', async () => {
    const { database, contactId, rows } = await sent();
    markSent(database, rows[3]!);
    const one = (seq: number, idStart = start(seq)): boolean =>
      markOneDelivered(database, contactId, { seq, idStart, at: 99 });
    expect([one(4), one(2), one(2)]).toEqual([true, true, true]);
    expect(states(database, rows)).toEqual(['queued', 'delivered', 'queued', 'delivered', 'queued']);
    expect([one(3, start(2)), one(6), one(3, start(3).slice(0, 3)), one(0, start(0))]).toEqual([
      false, false, false, false,
    ]); // prettier-ignore
    expect(states(database, rows)).toEqual(['queued', 'delivered', 'queued', 'delivered', 'queued']);
  });

  test('survives a 202 that comes late', async () => {
    const { database, contactId, rows } = await sent();
    markDelivered(database, contactId, 1, 99);
    markSent(database, rows[0]!);
    expect(shownAt(database, rows[0]!)?.state).toBe('delivered');
  });

  test('excludes failed messages, the peer’s, and other contacts’', async () => {
    const { database, contactId, rows } = await sent();
    const other = add(database, { contactId: newContact(database).id, seq: 1, direction: 'out' });
    const failed = add(database, { contactId, seq: 6, direction: 'out', state: 'failed' });
    markDelivered(database, contactId, 2 ** 53 - 1, 99);
    expect(markOneDelivered(database, contactId, { seq: 6, idStart: start(6), at: 99 })).toBe(true);
    expect(states(database, rows)).toEqual(rows.map(() => 'delivered'));
    expect(states(database, [other, failed])).toEqual(['queued', 'failed']);
    const received = page(database, contactId, { before: null, count: 100 }).filter(
      (one) => one.direction === 'in',
    );
    expect(received.map((one) => one.state)).toEqual(['received', 'received', 'received']);
    expect(
      markOneDelivered(database, contactId, { seq: 1, idStart: idOf('in', 1).slice(0, 4), at: 99 }),
    ).toBe(false);
  });
});

test('finds my last delivered message of a kind', async () => {
  const { database, contactId } = await conversation();
  const given = {
    contactId,
    direction: 'out',
    kind: 'hidden',
    what: 'reserve',
    state: 'delivered',
  } as const;
  expect(lastDelivered(database, contactId, 'reserve')).toBeNull();
  add(database, { ...given, seq: 2, text: '20' });
  add(database, { ...given, seq: 1, text: '10' });
  expect(lastDelivered(database, contactId, 'reserve')).toBe('20');
  add(database, { ...given, seq: 3, text: '30', state: 'sent' });
  add(database, { ...given, seq: 4, text: '40', what: 'profile' });
  add(database, { ...given, seq: 5, text: '50', what: null });
  add(database, { ...given, seq: 6, text: '60', direction: 'in' });
  add(database, { ...given, contactId: newContact(database).id, seq: 7, text: '70' });
  expect(lastDelivered(database, contactId, 'reserve')).toBe('20');
});
