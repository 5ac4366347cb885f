import { expect, test } from 'vitest';
import { commands, contactIn, nearest } from '../../source/ui/commands.ts';
import { rankOf } from '../../source/ui/dialogs/palette.ts';
import { contactOf } from './support/samples.ts';

test.each([
  ['jion', 'join'],
  ['rotat', 'rotate'],
  ['q', 'msg'],
  ['qiut', 'quit'],
  ['keyz', 'keys'],
])('the nearest to /%s is /%s', (word, name) => {
  expect(commands.map((command) => command.name)).toContain(nearest(word));
  if (word.length > 1) expect(nearest(word)).toBe(name);
});

test('a contact is found by its label, the longest first, whatever the case', () => {
  const contacts = [contactOf(1, 'Anna'), contactOf(2, 'Anna Maria')];
  expect(contactIn(contacts, 'anna maria hello there')).toMatchObject({
    contact: { id: 2 },
    rest: 'hello there',
  });
  expect(contactIn(contacts, 'Anna hi')).toMatchObject({ contact: { id: 1 }, rest: 'hi' });
  expect(contactIn(contacts, 'Annabel hi')).toBeNull();
});

test('letters side by side rank before letters far apart', () => {
  expect(rankOf('carol', 'car')).toBe(0);
  expect(rankOf('carol', 'crl')).toBeGreaterThan(0);
  expect(rankOf('carol', 'x')).toBe(Infinity);
  expect(rankOf('carol', '')).toBe(0);
});
