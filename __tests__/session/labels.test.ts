import { expect, test } from 'vitest';
import { checkName, skeleton } from '../../source/core/names.ts';
import { isGoodLabel, uniqueLabel } from '../../source/session/people/find-contact.ts';
import { cells } from '../../source/ui/text/cells.ts';
import { writeSetting } from '../../source/store/settings.ts';
import { newContact, tempDatabase } from '../support/temp-database.ts';

test.each([
  ['✓ Alice', 'Alice'],
  ['Alice ✔️', 'Alice'],
  ['Alice (verified)', 'Alice'],
  ['Alice [Compared]', 'Alice'],
  ['🔒 Alice', 'Alice'],
  ['✓', 'unnamed'],
  ['Alice (veri✓fied)', 'Alice'],
  ['Alice (veri\u200bfied)', 'Alice'],
  ['Alice （VERIFIED）', 'Alice'],
  ['Alice (vеrіfіed by ca)', 'Alice'],
  ['Alice verified', 'Alice'],
  ['Verified Alice', 'Alice'],
  ['((compared)) Alice', ') Alice'],
  ['Alice ○', 'Alice'],
])('%s claims what only the program says: the label is %s', async (name, label) => {
  const database = await tempDatabase();
  expect(uniqueLabel(database, name)).toBe(label);
  expect(isGoodLabel(database, name, 1)).toBe(false);
});

test.each([
  ['— bob', 'bob'],
  ['———: bob', 'bob'],
  ['―― → bob', 'bob'],
  ['you → bob', 'you - bob'],
  ['you -> bob', 'you - bob'],
  ['you ➡️ bob', 'you - bob'],
  ['Alice: hey', 'Alice hey'],
  ['Alice：hey', 'Alice hey'],
  ['Alice ꞉ hey', 'Alice hey'],
  ['09:41 Alice', '09 41 Alice'],
  ['Jean–Luc', 'Jean-Luc'],
  [':', 'unnamed'],
  ['→', 'unnamed'],
  ['—-rf', 'unnamed'],
  ['veri:fied', 'veri fied'],
  ['✓: Alice', 'Alice'],
  [':) Alice', ') Alice'],
])('%s could read as a line of the program, or of somebody else: the label is %s', async (name, label) => {
  const database = await tempDatabase();
  expect(uniqueLabel(database, name)).toBe(label);
  expect(isGoodLabel(database, name, 1)).toBe(false);
});

test('a user’s own name for a contact may have any of these signs', () => {
  expect(checkName('Work: Bob → Jean–Luc')).toBe('Work: Bob → Jean–Luc');
});

test.each(['Jean-Luc', 'O’Neil', 'スーパー', 'Ana & Bo', '<bob>', 'Dr. Who?'])('%s stays', async (name) => {
  expect(uniqueLabel(await tempDatabase(), name)).toBe(name);
});

test.each(['✓ bob', 'bob ✔️', 'bob (verified)', 'bob [ver1fied]', 'bob verified', '🔒', '○ bob'])(
  'a user’s own name for a contact cannot be %s: only the program says that',
  (name) => {
    expect(() => checkName(name)).toThrow(/only cryptochat itself shows/u);
  },
);

test.each(['Bob (work)', 'Jean-Luc', 'Bob ★', 'Trustworthy', 'Blockedburg', 'Zoë ❤️', '<bob>'])(
  '%s claims nothing that only the program says',
  (name) => {
    expect(checkName(name)).toBe(name);
  },
);

test('no contact gets the user’s own name, or one that looks like it', async () => {
  const database = await tempDatabase();
  writeSetting(database, 'name', 'Alice');
  expect(uniqueLabel(database, 'Аlice')).toBe('Аlice 2');
  expect(isGoodLabel(database, 'alice', newContact(database).id)).toBe(false);
});

test.each([
  ['skin', ['👍🏻', '👍🏿', '👍']],
  ['sex', ['🤷‍♀️', '🤷‍♂️', '🤷']],
  ['hair', ['👩‍🦰', '👩‍🦱', '👩🏽‍🦳', '👩']],
  ['the members of a family', ['👨‍👩‍👧', '👨‍👩‍👦', '👨‍👧‍👧', '👨']],
  ['the members of a couple', ['👩‍❤️‍👨', '👩‍❤️‍💋‍👩', '👩🏻‍🤝‍👩🏿', '👩']],
  ['a trade', ['👩‍🚀', '👩🏾‍🌾', '👩']],
  ['the symbol on a flag', ['🏳️‍🌈', '🏳️‍⚧️', '🏳', '🏳️']],
  ['tags', ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴']],
  ['being a flag', ['🇩🇪', 'DE', 'de']],
  ['being a key', ['1️⃣', '1⃣', '1']],
  ['a variation selector', ['❤️', '❤︎', '❤']],
])('emoji that differ only in %s are one name', (_what, alike) => {
  expect(new Set(alike.map(skeleton)).size).toBe(1);
});

test('emoji that are drawn as others are other names', () => {
  const others = ['👍', '👎', '👨', '👩', '🏴', '🏳', '🇩🇪', '🇫🇷', '1️⃣', '2️⃣', '❤', '🧡'];
  expect(new Set(others.map(skeleton)).size).toBe(others.length);
});

test('everything that a terminal draws alike is one name', () => {
  const names = ['👍🏻', '👨‍👩‍👧', '👨‍👩‍👦', '👩‍🚀', '🏳️‍🌈', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇩🇪', '1️⃣', '❤️', '#️⃣', '👁️‍🗨️', '☺︎', '✌🏽'];
  for (const name of names) {
    const drawn = cells(name)
      .map(({ text }) => text)
      .join('');
    expect([name, skeleton(drawn)]).toEqual([name, skeleton(name)]);
  }
});
