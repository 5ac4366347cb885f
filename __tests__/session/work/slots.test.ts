import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '../../../source/store/database.ts';
import { commit } from '../../../source/store/commit.ts';
import { changeContact, contactOf } from '../../../source/store/contacts.ts';
import { retireSlot } from '../../../source/store/old-slots.ts';
import { show } from '../../../source/session/people/show.ts';
import { slotOwners } from '../../../source/session/work/slots.ts';
import { slotId } from '../../../source/core/request.ts';
import { newContact, tempDatabase } from '../../support/temp-database.ts';

/** A database that records its queries. */
function listening(database: Database): { readonly database: Database; readonly asked: string[] } {
  const asked: string[] = [];
  const all: Database['all'] = (sql, values) => {
    asked.push(sql);
    return database.all(sql, values);
  };
  return { database: { ...database, all }, asked };
}

const key = (): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(32));

test('reads again whose slot is whose only when it has changed', async () => {
  const { database, asked } = listening(await tempDatabase());
  const { id } = newContact(database);
  const first = slotOwners(database);
  const reads = asked.length;
  changeContact(database, id, { nextSeq: 9, lastHeardAt: 5, readRow: 3 });
  expect(slotOwners(database)).toBe(first);
  expect(asked).toHaveLength(reads);

  const changes: ReadonlyArray<() => unknown> = [
    () => changeContact(database, id, { mySlot: key() }),
    () => changeContact(database, id, { state: 'blocked' }),
    () => changeContact(database, id, { state: 'not-compared', request: 'received' }),
    () => changeContact(database, id, { request: null }),
    () => retireSlot(database, { slot: key(), contactId: id, retiredAt: 1 }),
    () => newContact(database),
    () => database.run('DELETE FROM contacts WHERE id = ?', [id]),
  ];
  let before = first;
  for (const change of changes) {
    change();
    const now = slotOwners(database);
    expect(now).not.toEqual(before);
    expect(slotOwners(database)).toBe(now);
    before = now;
  }
  // With the contact went its old slots.
  expect(before.size).toBe(1);
});

test('a change that a transaction took back is not remembered', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  const before = contactOf(database, id).mySlot;
  const undone = commit(database, () => {
    changeContact(database, id, { mySlot: key() });
    expect(slotOwners(database).has(slotId(before))).toBe(false);
    throw new Error('no');
  });
  await expect(undone).rejects.toThrow('no');
  expect(slotOwners(database).has(slotId(before))).toBe(true);
  const next = key();
  changeContact(database, id, { mySlot: next });
  expect([...slotOwners(database).keys()]).toEqual([slotId(next)]);
});

test('showing a contact, even one that is gone, does not read the others', async () => {
  const { database, asked } = listening(await tempDatabase());
  const last = Array.from({ length: 20 }, () => newContact(database).id).at(-1) ?? 0;
  const state = { get: () => ({}), update: () => undefined };
  show({ database, windows: new Map(), reach: new Map(), state } as never, [last + 1]);
  expect(asked).toEqual([]);
});
