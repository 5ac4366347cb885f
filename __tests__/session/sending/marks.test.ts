import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstMark, nextMark } from '../../../source/protocol/ack-mark.ts';
import { advanceMark } from '../../../source/session/sending/acks.ts';
import { add, conversation, idOf } from '../../support/conversation.ts';
import { newContact, tempDatabase } from '../../support/temp-database.ts';

const start = { upTo: 0, mark: firstMark };

/** The mark of everything up to a seq. */
function markOf(direction: 'in' | 'out', upTo: number): Buffer {
  let mark = firstMark;
  for (let seq = 1; seq <= upTo; seq += 1) mark = nextMark(mark, idOf(direction, seq));
  return Buffer.from(mark);
}

test('goes up to the first gap, whatever came in which order, and can continue from anywhere', async () => {
  const database = await tempDatabase();
  const stored = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 12 });
  fc.assert(
    fc.property(stored, fc.nat(12), (known, first) => {
      const of = { contactId: newContact(database).id, direction: 'in' } as const;
      let marked = start;
      for (const [at, seq] of known.entries()) {
        add(database, { contactId: of.contactId, seq });
        if (at >= first) marked = advanceMark(database, of, marked);
      }
      let run = 0;
      while (known.includes(run + 1)) run += 1;
      for (const from of [start, marked]) {
        const { upTo, mark } = advanceMark(database, of, from);
        expect([upTo, Buffer.from(mark)]).toEqual([run, markOf('in', run)]);
      }
    }),
    { numRuns: 200 },
  );
});

test('goes no further than it is asked, and not back', async () => {
  const { database, contactId } = await conversation(1, 2, 3, 4);
  const of = { contactId, direction: 'in' } as const;
  const two = advanceMark(database, of, start, 2);
  expect([two.upTo, Buffer.from(two.mark)]).toEqual([2, markOf('in', 2)]);
  expect(advanceMark(database, of, two, 1)).toEqual(two);
  expect(advanceMark(database, of, start, 0)).toEqual(start);
  expect(advanceMark(database, of, two).upTo).toBe(4);
});

test('is of one direction of one contact', async () => {
  const { database, contactId } = await conversation(1);
  for (const seq of [1, 2]) add(database, { contactId, seq, direction: 'out' });
  add(database, { contactId, seq: 0, kind: 'notice' });
  add(database, { contactId: newContact(database).id, seq: 2 });
  const [mine, theirs] = (['out', 'in'] as const).map((direction) =>
    advanceMark(database, { contactId, direction }, start),
  );
  expect([mine?.upTo, Buffer.from(mine!.mark)]).toEqual([2, markOf('out', 2)]);
  expect([theirs?.upTo, Buffer.from(theirs!.mark)]).toEqual([1, markOf('in', 1)]);
});

test('goes over thousands at once', async () => {
  const { database, contactId } = await conversation();
  database.run('BEGIN');
  for (let seq = 1; seq <= 2500; seq += 1) if (seq !== 2400) add(database, { contactId, seq });
  database.run('COMMIT');
  const of = { contactId, direction: 'in' } as const;
  const before = advanceMark(database, of, start);
  expect(before.upTo).toBe(2399);
  add(database, { contactId, seq: 2400 });
  const after = advanceMark(database, of, before);
  expect([after.upTo, Buffer.from(after.mark)]).toEqual([2500, markOf('in', 2500)]);
  expect(advanceMark(database, of, start)).toEqual(after);
});
