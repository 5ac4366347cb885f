import { expect, onTestFinished, test } from 'vitest';
import { searchTexts } from '../../source/store/search.ts';
import { add, conversation } from '../support/conversation.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { newContact } from '../support/temp-database.ts';

const texts = [
  'the old Lighthouse at nine',
  'Grüße vom Café',
  'a "quoted" word, and 100% of_it',
  'ok',
  'NOT this OR that AND NEAR(x)',
  'Straße 5 — ПРИВЕТ',
  '日本語のメッセージ',
  'Ёлка и мёд',
  'שָׁלוֹם עֲלֵיכֶם',
  'مُحَمَّد',
  'Ὀδυσσεὺς ἀνήρ',
  'ＦＵＬＬ width, ﬁne soft\u00adhyphen',
  'कि और कु',
];

async function filled() {
  const { database, contactId } = await conversation();
  database.run('BEGIN');
  onTestFinished(() => void database.run('COMMIT'));
  for (const [at, text] of texts.entries()) add(database, { contactId, seq: at + 1, text });
  const find = (text: string, last = 100): string[] =>
    searchTexts(database, { text, contactId: null, last }).map((message) => message.text);
  return { database, contactId, find };
}

test.each([
  ['light', [0]],
  ['LIGHTHOUSE', [0]],
  ['grusse', [1]],
  ['grüsse', [1]],
  ['STRASSE', [5]],
  ['елка', [7]],
  ['МЁД', [7]],
  ['שלום', [8]],
  ['עליכם', [8]],
  ['محمد', [9]],
  ['ΟΔΥΣΣΕΥΣ', [10]],
  ['ανηρ', [10]],
  ['full width, fine softhyphen', [11]],
  ['कि ओर', []],
  ['कि और', [12]],
  ['gruße', [1]],
  ['gru\u0308ße', [1]],
  ['CAFÉ', [1]],
  ['"quoted" word', [2]],
  ['100% of', [2]],
  ['OR that AND', [4]],
  ['NEAR(x)', [4]],
  ['xyz OR that', []],
  ['ligh*', []],
  ['привет', [5]],
  ['日本語', [6]],
])('three letters and more: %s', async (text, found) => {
  const { find } = await filled();
  expect(find(text)).toEqual(found.map((at) => texts[at]));
});

test.each([
  ['ok', [3]],
  ['OK', [3]],
  ['K', [3]],
  ['ü', [0, 1, 2, 11]],
  ['fé', [1]],
  ['SS', [1, 5]],
  ['её', []],
  ['ел', [7]],
  ['של', [8]],
  ['مح', [9]],
  ['σ', [10]],
  ['ΕΥ', [10]],
  ['कि', [12]],
  ['के', []],
  ['%', [2]],
  ['_', [2]],
  ['0%', [2]],
  ['"', [2]],
  ['本', [6]],
])('fewer than three: %s', async (text, found) => {
  const { find } = await filled();
  expect(find(text)).toEqual(found.map((at) => texts[at]));
});

test('returns the newest last, up to a limit, and one contact alone on request', async () => {
  const { database, contactId, find } = await filled();
  const other = newContact(database).id;
  add(database, { contactId: other, seq: 1, text: 'another lighthouse' });
  add(database, { contactId, seq: 20, text: 'my lighthouse' });
  expect(find('lighthouse')).toEqual([texts[0], 'another lighthouse', 'my lighthouse']);
  expect(find('lighthouse', 2)).toEqual(['another lighthouse', 'my lighthouse']);
  expect(find('o', 2)).toEqual(['another lighthouse', 'my lighthouse']);
  expect(find('lighthouse', 0)).toEqual([]);
  const ofOther = searchTexts(database, { text: 'lighthouse', contactId: other, last: 9 });
  expect(ofOther).toMatchObject([{ contactId: other, text: 'another lighthouse', direction: 'in' }]);
  expect(searchTexts(database, { text: 'li', contactId: other, last: 9 })).toEqual(ofOther);
});

test('finds no line of the program and nothing hidden', async () => {
  const { database, contactId, find } = await filled();
  add(database, { contactId, seq: 0, kind: 'notice', text: 'a lighthouse notice' });
  add(database, { contactId, seq: 30, kind: 'hidden', text: 'a lighthouse hidden' });
  expect([find('notice'), find('no'), find('hidden')]).toEqual([[], [texts[4]], []]);
});

test('treats every query as plain text', async () => {
  const { database, contactId, find } = await filled();
  const odd = [
    ...hostileStrings,
    '\0',
    '"',
    '""',
    "'; DROP TABLE messages; --",
    '\ud800abc',
    'a'.repeat(200),
  ];
  for (const [at, text] of odd.entries()) add(database, { contactId, seq: 100 + at, text });
  for (const text of odd) {
    const wellFormed = text.toWellFormed().replaceAll('\0', '');
    if (wellFormed.trim() !== '')
      expect([text, find(text).length > 0 || wellFormed !== text]).toEqual([text, true]);
  }
});

test('looks far back, past many rows without it', async () => {
  const { database, contactId, find } = await filled();
  for (let seq = 100; seq < 2300; seq += 1) add(database, { contactId, seq, text: `nothing ${seq}` });
  expect(find('ü')).toHaveLength(4);
  expect(find('fé')).toEqual([texts[1]]);
  expect(find('old lighth')).toEqual([texts[0]]);
});
