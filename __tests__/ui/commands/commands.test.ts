import { expect, test } from 'vitest';
import { adviceFor } from '../../../source/ui/commands/commands.ts';
import { contactIn } from '../../../source/ui/commands/people-commands.ts';
import { rankOf } from '../../../source/ui/dialogs/palette.ts';
import { contactOf } from '../support/samples.ts';

test.each([
  ['jion', 'the nearest is /join'],
  ['rotat', 'the nearest is /rotate'],
  ['qiut', 'the nearest is /quit'],
  ['Keyz', 'the nearest is /keys'],
  ['frobnicate', '/help lists them'],
  ['', '/help lists them'],
])('about /%s it says that %s', (word, advice) => {
  expect(adviceFor(word)).toBe(`${advice}; two slashes send it as text`);
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
