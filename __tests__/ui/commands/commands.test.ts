import { expect, test } from 'vitest';
import { printableLine } from '../../../source/core/printable.ts';
import { adviceFor } from '../../../source/ui/commands/commands.ts';
import { contactIn } from '../../../source/ui/commands/people-commands.ts';
import { ranked } from '../../../source/ui/commands/palette.ts';
import { contactOf } from '../support/samples.ts';

test.each([
  ['jion', 'the nearest is /join'],
  ['rotat', 'the nearest is /rotate'],
  ['qiut', 'the nearest is /quit'],
  ['Keyz', 'the nearest is /keys'],
  ['inv', 'the nearest is /invite'],
  ['QUE', 'the nearest is /query'],
  ['frobnicate', '/help lists them'],
  ['', '/help lists them'],
])('about /%s it says that %s', (word, advice) => {
  expect(adviceFor(word)).toBe(`${advice}; two slashes send it as text`);
});

test('a contact is found by its label, whatever the case', () => {
  const contacts = [contactOf(1, 'Anna'), contactOf(2, 'Bob Maria')];
  expect(contactIn(contacts, 'bob maria hello there')).toMatchObject({
    contact: { id: 2 },
    rest: 'hello there',
  });
  expect(contactIn(contacts, 'Anna hi')).toMatchObject({ contact: { id: 1 }, rest: 'hi' });
  expect(contactIn(contacts, 'Annabel hi')).toBeNull();
});

test.each([
  ['bob', 'bob hi', 'bob hi meet me at 8'],
  ['bob', 'Bob Hi', 'BOB hi meet me'],
  ['bob', 'bob hi', 'bob hi  there'],
])('finds nobody where both %j and %j fit the words %j', (short, long, words) => {
  const contacts = [contactOf(1, short), contactOf(2, long)];
  expect(contactIn(contacts, words)).toBeNull();
  expect(contactIn(contacts.toReversed(), words)).toBeNull();
});

test('finds a longer label that is typed whole, although a shorter one fits, too', () => {
  const contacts = [contactOf(1, 'Anna'), contactOf(2, 'Anna Maria')];
  expect(contactIn(contacts, 'anna maria')).toMatchObject({ contact: { id: 2 }, rest: '' });
  expect(contactIn(contacts, 'anna')).toMatchObject({ contact: { id: 1 }, rest: '' });
  expect(contactIn(contacts, 'anna hello')).toMatchObject({ contact: { id: 1 }, rest: 'hello' });
});

const entries = [
  ['carol', 'not verified'],
  ['/close', 'leave this conversation'],
  ['/rotate', 'make a new key and tell your contacts'],
  ['/keys', 'show your key and the keys of your contacts'],
].map(([name = '', note = '']) => ({ name: printableLine(name), note: printableLine(note) }));

const queries: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['', ['carol', '/close', '/rotate', '/keys']],
  ['cl', ['/close', 'carol']],
  ['CAR', ['carol']],
  ['key', ['/keys', '/rotate']],
  ['zzz', []],
];

test.each(queries)('the palette takes %j for %j', (query, names) => {
  expect(ranked(query, entries).map(({ name }) => name)).toEqual(names);
});
