import { expect, test } from 'vitest';
import { skeleton } from '../../source/core/names.ts';
import { isGoodLabel, uniqueLabel } from '../../source/session/find-contact.ts';
import { writeSetting } from '../../source/store/settings.ts';
import { newContact, tempDatabase } from '../support/temp-database.ts';

test.each([
  ['✓ Alice', 'Alice'],
  ['Alice ✔️', 'Alice'],
  ['Alice (verified)', 'Alice'],
  ['Alice [Compared]', 'Alice'],
  ['🔒 Alice', 'Alice'],
  ['✓', 'unnamed'],
])('%s says of itself what only the program says: the label is %s', async (name, label) => {
  const database = await tempDatabase();
  expect(uniqueLabel(database, name)).toBe(label);
  expect(isGoodLabel(database, name, 1)).toBe(false);
});

test('nobody is called what the user is called, nor what looks like it', async () => {
  const database = await tempDatabase();
  writeSetting(database, 'name', 'Alice');
  expect(uniqueLabel(database, 'Аlice')).toBe('Аlice 2');
  expect(isGoodLabel(database, 'alice', newContact(database).id)).toBe(false);
});

test('emoji that differ in skin, hair or sex are one name', () => {
  const alike = [
    ['👍🏻', '👍🏿', '👍'],
    ['🤷‍♀️', '🤷‍♂️', '🤷'],
    ['❤️', '❤'],
  ];
  for (const [first = '', ...others] of alike)
    for (const other of others) expect(skeleton(other)).toBe(skeleton(first));
  expect(skeleton('👍')).not.toBe(skeleton('👎'));
});
