import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import type { Envelope } from '../../source/core/types.ts';
import type { Database } from '../../source/store/database.ts';
import { gapSince, idsBetween, storedAbove } from '../../source/store/order.ts';
import { page } from '../../source/store/messages.ts';
import { addToOutbox, outgoingTo, waitingFor } from '../../source/store/outbox.ts';
import { searchTexts } from '../../source/store/search.ts';
import { unsentTo } from '../../source/store/unsent.ts';
import { add, conversation } from '../support/conversation.ts';
import { bytesOf } from '../support/temp-database.ts';

/** Counts the times that the library learns what the rows of a statement look like: once for each time that SQLite plans it. */
function countPlans(): () => number {
  const real = vm.runInThisContext;
  let count = 0;
  vm.runInThisContext = (...given) => {
    count += 1;
    return real(...given);
  };
  syncBuiltinESMExports();
  onTestFinished(() => {
    vm.runInThisContext = real;
    syncBuiltinESMExports();
  });
  return () => count;
}

/** Everything that is asked for each message or each frame with a value in a LIMIT, or compared as an index is. */
function askAll(database: Database, contactId: number, value: number): void {
  gapSince(database, contactId, value);
  idsBetween(database, { contactId, direction: 'out' }, { after: value, upTo: 45 });
  storedAbove(database, contactId, { from: value, most: 50 - value });
  unsentTo(database, contactId, 50 - value);
  page(database, contactId, { before: null, count: 50 - value });
  page(database, contactId, { before: { place: 40, seq: value }, count: 50 - value });
  waitingFor(database, contactId, { after: value, most: 50 - value });
  outgoingTo(database, contactId, 50 - value);
  for (const text of ['i', 'in', 'in 1']) searchTexts(database, { text, contactId: null, last: 50 - value });
}

test('a statement is planned once, whatever its values are', async () => {
  const plans = countPlans();
  const { database, contactId } = await conversation(1, 40);
  for (let seq = 41; seq <= 60; seq += 1) {
    const messageRow = add(database, { contactId, seq, direction: 'out', state: 'queued' });
    const envelope = bytesOf(`envelope ${seq}`, 4096) as Envelope;
    if (seq <= 50) addToOutbox(database, { contactId, messageRow, envelope, ratchet: 2, createdAt: 1 });
  }
  askAll(database, contactId, 1);
  const before = plans();
  expect(before).toBeGreaterThan(5);
  for (const value of [2, 3, 4]) askAll(database, contactId, value);
  expect(plans()).toBe(before);
});
