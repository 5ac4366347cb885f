import { expect, test } from 'vitest';
import { barKeys, barredKeys, isBarred, liftBar, liftBars, pinKey } from '../../source/store/contact-keys.ts';
import { forgetContact } from '../../source/store/forget.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

test('bars every key of a contact, keeps them barred when the contact is forgotten, and can unbar them', async () => {
  const database = await tempDatabase();
  const [bob, carol] = [newContact(database).id, newContact(database).id];
  const key = (name: string): ReturnType<typeof bytesOf> => bytesOf(name, 33);
  for (const [contactId, epoch, name] of [[bob, 1, 'b1'], [bob, 2, 'b2'], [carol, 1, 'c1']] as const) {
    pinKey(database, { contactId, epoch, identity: key(name), sealKey: key(`seal ${name}`) }, 1);
  } // prettier-ignore
  const barred = (): string[] => ['b1', 'b2', 'c1'].filter((name) => isBarred(database, key(name)));

  barKeys(database, bob);
  barKeys(database, bob);
  expect(barred()).toEqual(['b1', 'b2']);
  liftBars(database, carol);
  expect(barred()).toEqual(['b1', 'b2']);
  liftBars(database, bob);
  expect(barred()).toEqual([]);
  barKeys(database, bob);
  forgetContact(database, bob);
  expect([barred(), barredKeys(database)]).toMatchObject([['b1', 'b2'], { length: 2 }]);
  liftBar(database, key('b2'));
  expect(barred()).toEqual(['b1']);
});
