import { expect, test } from 'vitest';
import { deleteOldSlots, oldSlots, retireSlot } from '../../source/store/old-slots.ts';
import { changeContact } from '../../source/store/contacts.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

test('keeps replaced slots until their time is over', async () => {
  const database = await tempDatabase();
  const { id } = newContact(database);
  retireSlot(database, { slot: bytesOf('old'), contactId: id, retiredAt: 10 });
  retireSlot(database, { slot: bytesOf('old'), contactId: id, retiredAt: 99 });
  retireSlot(database, { slot: bytesOf('older'), contactId: id, retiredAt: 5 });
  expect(oldSlots(database)).toHaveLength(2);
  deleteOldSlots(database, { before: 10, longest: 0, epoch: 1 });
  expect(oldSlots(database).map(({ slot, contactId }) => [Buffer.from(slot), contactId])).toEqual([
    [Buffer.from(bytesOf('old')), id],
  ]);
  changeContact(database, id, { namedEpoch: 0 });
  deleteOldSlots(database, { before: 11, longest: 10, epoch: 1 });
  expect(oldSlots(database), 'of a contact that may know no newer one').toHaveLength(1);
  deleteOldSlots(database, { before: 11, longest: 11, epoch: 1 });
  expect(oldSlots(database)).toEqual([]);
});
