import { expect, test } from 'vitest';
import type { Conversation, WindowPlace } from '../../../source/core/types.ts';
import { heldBackForMs, openingPlace, viewConversation } from '../../../source/session/people/window.ts';
import { changeContact } from '../../../source/store/contacts.ts';
import type { Database } from '../../../source/store/database.ts';
import { add, conversation } from '../../support/conversation.ts';
import { explained } from '../../support/explained.ts';

/** A conversation in which `count` messages came; the row of each is its seq. */
async function long(count: number): Promise<{ database: Database; contactId: number }> {
  const { database, contactId } = await conversation();
  database.run('BEGIN');
  for (let seq = 1; seq <= count; seq += 1) add(database, { contactId, seq });
  database.run('COMMIT');
  return { database, contactId };
}

function windowAt(database: Database, contactId: number, at: WindowPlace): Conversation {
  return viewConversation({ database, windows: new Map([[contactId, at]]) }, contactId, undefined);
}

function ends({ messages, complete, latest }: Conversation): unknown {
  return [messages.length, messages[0]?.row, messages.at(-1)?.row, complete, latest];
}

test('a window is the newest 200, the oldest 600, or 300 on either side of a message', async () => {
  const { database, contactId } = await long(2000);
  const at = (place: WindowPlace): unknown => ends(windowAt(database, contactId, place));
  expect(at('newest')).toEqual([200, 1801, 2000, false, true]);
  expect(at('oldest')).toEqual([600, 1, 600, true, false]);
  expect(at(1000)).toEqual([600, 700, 1299, false, false]);
  expect(at(100)).toEqual([399, 1, 399, true, false]);
  expect(at(1990)).toEqual([311, 1690, 2000, false, true]);
});

test('shows all of a short conversation, wherever its window is', async () => {
  const { database, contactId } = await long(30);
  for (const place of ['newest', 'oldest', 1, 17, 30] as const)
    expect(ends(windowAt(database, contactId, place))).toEqual([30, 1, 30, true, true]);
});

test('the window stays around a message that was hidden since', async () => {
  const { database, contactId } = await long(2000);
  database.run("UPDATE messages SET kind = 'hidden', text = '' WHERE row = 1000");
  expect(ends(windowAt(database, contactId, 1000))).toEqual([600, 700, 1300, false, false]);
});

test('a conversation opens where the first unread message is', async () => {
  const { database, contactId } = await long(2000);
  const place = (readRow: number): WindowPlace => {
    changeContact(database, contactId, { readRow });
    return openingPlace(database, contactId);
  };
  expect([place(2000), place(1990), place(1800)]).toEqual(['newest', 'newest', 'newest']);
  expect([place(1799), place(500), place(0)]).toEqual([1800, 501, 1]);
});

test('finds no window by scanning or sorting the messages', async () => {
  const { database: plain, contactId } = await long(30);
  const { database, plans } = explained(plain);
  for (const place of ['newest', 'oldest', 17] as const) windowAt(database, contactId, place);
  openingPlace(database, contactId);
  heldBackForMs(database, contactId);
  expect(plans().length).toBeGreaterThan(10);
  for (const plan of plans()) expect(plan).not.toMatch(/^SCAN|TEMP B-TREE/u);
  // Counting everything unread takes 20 ms among 1,000,000.
  expect(plans().filter((plan) => plan.includes('messages_unread'))).toHaveLength(1);
});
