import { expect, test } from 'vitest';
import { addUsedLink, deleteUsedLinks, markTold, usedLinks } from '../../source/store/invites.ts';
import { bytesOf, tempDatabase } from '../support/temp-database.ts';

test('remembers a used link until its end, with whether a second try was reported', async () => {
  const database = await tempDatabase();
  addUsedLink(database, { pickupName: 'a', slot: null, contactId: 1, until: 10 });
  addUsedLink(database, { pickupName: 'b', slot: bytesOf('slot', 32), contactId: 2, until: 20 });
  markTold(database, 'b');
  const links = usedLinks(database).map((link) => ({
    ...link,
    slot: link.slot && new Uint8Array(link.slot),
  }));
  expect(links).toEqual([
    { pickupName: 'a', slot: null, contactId: 1, until: 10, told: 0 },
    { pickupName: 'b', slot: bytesOf('slot', 32), contactId: 2, until: 20, told: 1 },
  ]);
  deleteUsedLinks(database, 11);
  expect(usedLinks(database).map(({ pickupName }) => pickupName)).toEqual(['b']);
});
