import { expect, test } from 'vitest';
import { addUsedLink, deleteUsedLinks, markTold, usedLinks } from '../../source/store/used-links.ts';
import { tempDatabase } from '../support/temp-database.ts';

test('a used link is remembered until its end, with whether a second try was told', async () => {
  const database = await tempDatabase();
  addUsedLink(database, { pickupName: 'a', contactId: 1, until: 10 });
  addUsedLink(database, { pickupName: 'b', contactId: 2, until: 20 });
  markTold(database, 'b');
  expect(usedLinks(database)).toEqual([
    { pickupName: 'a', contactId: 1, until: 10, told: 0 },
    { pickupName: 'b', contactId: 2, until: 20, told: 1 },
  ]);
  deleteUsedLinks(database, 11);
  expect(usedLinks(database).map(({ pickupName }) => pickupName)).toEqual(['b']);
});
