import { expect, test } from 'vitest';
import { deleteOldSlots, oldSlots, retireSlot } from '../../source/store/old-slots.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

test('replaced slots stay until their time is over', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  retireSlot(database, { slot: bytesOf('old'), contactId: id, retiredAt: 10 });
  retireSlot(database, { slot: bytesOf('old'), contactId: id, retiredAt: 99 });
  retireSlot(database, { slot: bytesOf('older'), contactId: id, retiredAt: 5 });
  expect(oldSlots(database)).toHaveLength(2);
  deleteOldSlots(database, 10);
  expect(oldSlots(database).map(({ slot, contactId }) => [Buffer.from(slot), contactId])).toEqual([
    [Buffer.from(bytesOf('old')), id],
  ]);
  deleteOldSlots(database, 11);
  expect(oldSlots(database)).toEqual([]);
});
