import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeContact, contactSummaries, contactSummary, isContact } from '../../source/store/contacts.ts';
import type { Database } from '../../source/store/database.ts';
import { forgetContact } from '../../source/store/forget.ts';
import { changeLine, eraseMessage, lastRow, markSent } from '../../source/store/messages.ts';
import { markDelivered } from '../../source/store/order.ts';
import { add } from '../support/conversation.ts';
import { newContact, tempDatabase } from '../support/temp-database.ts';

/** What may happen to the messages of one of two contacts; `nth` chooses a message or a seq. */
type Step = { readonly what: string; readonly who: 0 | 1; readonly nth: number };

/** Everything that changes a count, and some that must not. */
const doings: Readonly<Record<string, (database: Database, contactId: number, nth: number) => unknown>> = {
  comes: (database, contactId) => add(database, { contactId, seq: lastRow(database) + 1 }),
  'comes hidden': (database, contactId) =>
    add(database, { contactId, seq: lastRow(database) + 1, kind: 'hidden', what: 'void' }),
  goes: (database, contactId) => add(database, { contactId, seq: lastRow(database) + 1, direction: 'out' }),
  'went before': (database, contactId) =>
    add(database, { contactId, seq: lastRow(database) + 1, direction: 'out', state: 'sent' }),
  'is sent': (database, _, nth) => markSent(database, nth),
  'is delivered': (database, contactId, nth) => markDelivered(database, contactId, nth, 1),
  'is erased': (database, _, nth) => eraseMessage(database, nth),
  'is shown': (database, _, nth) => changeLine(database, nth, { kind: 'text', text: 'later' }),
  'is read': (database, contactId, nth) => changeContact(database, contactId, { readRow: nth }),
  'is deleted': (database, _, nth) => database.run('DELETE FROM messages WHERE row = ?', [nth]),
  'is forgotten': (database, contactId) => forgetContact(database, contactId),
  'is looked at': (database, contactId) => contactSummary(database, contactId),
  begins: (database) => database.run('SAVEPOINT test'),
  'is taken back': (database) => database.run('ROLLBACK TO test'),
};

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(...Object.keys(doings)),
    who: fc.constantFrom(0, 1),
    nth: fc.integer({ min: 0, max: 12 }),
  }),
  { maxLength: 40 },
);

function countedAgain(database: Database): unknown {
  return database.all(
    `SELECT id, (SELECT count(*) FROM messages WHERE contact_id = contacts.id AND direction = 'out' AND kind = 'text'
         AND state = 'queued') AS queued,
       (SELECT count(*) FROM messages WHERE contact_id = contacts.id AND direction = 'in' AND kind = 'text'
         AND row > read_row) AS unread FROM contacts ORDER BY id`,
  );
}

test('the counts that are kept are those of a new count, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (happened) => {
      const database = await tempDatabase();
      const ids = [newContact(database).id, newContact(database).id];
      database.run('SAVEPOINT test');
      for (const { what, who, nth } of happened) {
        if (isContact(database, ids[who]!)) doings[what]!(database, ids[who]!, nth);
        const kept = contactSummaries(database).map(({ id, queued, unread }) => ({ id, queued, unread }));
        expect(kept).toEqual(countedAgain(database));
      }
      database.run('RELEASE test');
    }),
    { numRuns: process.env['SLOW'] === '1' ? 2000 : 100 },
  );
});

test('thousands that wait are counted once, not for each new one', async () => {
  const database = await tempDatabase();
  const contactId = newContact(database).id;
  for (let seq = 1; seq <= 50; seq += 1) add(database, { contactId, seq, direction: 'out' });
  expect(contactSummary(database, contactId)).toMatchObject({ queued: 50, unread: 0 });
  // What is changed behind the back of the triggers would show in a new count.
  database.run('UPDATE temp.counts SET queued = 1000');
  add(database, { contactId, seq: 51, direction: 'out' });
  markSent(database, 1);
  expect(contactSummary(database, contactId)).toMatchObject({ queued: 1000, unread: 0 });
});
