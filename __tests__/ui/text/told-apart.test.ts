import { expect, test } from 'vitest';
import { printableLine } from '../../../source/core/printable.ts';
import { completionOf } from '../../../source/ui/composer/completing.ts';
import { commands } from '../../../source/ui/commands/commands.ts';
import { dialogOf, fieldOf } from '../../../source/ui/model/dialog.ts';
import { palette } from '../../../source/ui/commands/palette.ts';
import type { Scene } from '../../../source/ui/dialogs/define.ts';
import { headLine } from '../../../source/ui/drawings/head.ts';
import { popupLines } from '../../../source/ui/drawings/popup.ts';
import { say, type Line } from '../../../source/ui/text/line.ts';
import { asciiOf } from '../../../source/ui/text/ascii.ts';
import { widthOf } from '../../../source/ui/text/cells.ts';
import { nameAmong, toldApart } from '../../../source/ui/text/told-apart.ts';
import { contactOf, sampleState } from '../support/samples.ts';

const named = (...names: readonly string[]) =>
  names.map((name, at) => ({ id: at + 1, label: printableLine(name) }));

test.each([
  ['cut to one beginning', ['Alexandra Smith-Jones', 'Alexandra Smith-Joyce', 'Alexandra Smith', 'Al']],
  ['of wide letters', ['田中さんと鈴木さん一', '田中さんと鈴木さん二', '田中さん']],
  ['like a name with its number', ['Alexandra Jones', 'Alexandra Joyce', 'Alexa… 1', 'Alexan… 2', 'Al… 1']],
  ['drawn as one base form', ['👨‍👩‍👧', '👨‍👩‍👦', '👨']],
  ['a flag and its letters', ['🇩🇪', 'DE']],
])('draws no two names alike that are %s, and none too wide', (_what, names) => {
  for (let columns = 4; columns < 34; columns += 1) {
    const drawn = [...toldApart(named(...names), columns).values()];
    expect([columns, new Set(drawn).size]).toEqual([columns, names.length]);
    expect(Math.max(...drawn.map(widthOf))).toBeLessThanOrEqual(columns);
  }
});

test('gives two names of other letters numbers on an ASCII terminal, but not a single one', () => {
  const people = named('Лена', 'Женя', 'Алексей', 'Bob');
  const drawn = [...toldApart(people, Infinity, true).values()].map(asciiOf);
  expect(drawn).toEqual(['???? 1', '???? 2', '???????', 'Bob']);
  expect([...toldApart(people, Infinity).values()]).toEqual(people.map(({ label }) => label));
});

test('gives numbers to names that are cut at different places of the same beginning', () => {
  const people = named('Alexandra Smith-Jones', 'Alexandra Smith-Joyce', 'Bartholomew Cunningham');
  const drawn = toldApart(people, ({ id }) => (id === 1 ? 12 : 14));
  expect([...drawn.values()]).toEqual(['Alexandra… 1', 'Alexandra S… 2', 'Bartholomew C…']);
});

test('a contact that is gone has no name', () => {
  expect(nameAmong(named('bob'), 7)).toBe('someone');
});

const long = ['Alexandra of the Northern Marches', 'Alexandra of the Northern Meadow'].map((name) =>
  name.slice(0, 32),
);
const contacts = long
  .map((name, at) => `${name.slice(0, -1)}${at}`)
  .map((name, at) => contactOf(at + 1, name));
const textOf = (line: Line): string => line.map(({ text }) => text).join('');

test('draws no two people alike in the palette', () => {
  const dialog = dialogOf(palette, { index: 0, uses: new Map() }, [fieldOf('query', say`❯`)]);
  const scene = { facts: sampleState({ contacts }), columns: 60, rows: 20, isAscii: false } as Scene;
  const rows = palette.panel(dialog, scene).lines.slice(2, 4).map(textOf);
  expect(rows.map((row) => /… \d /u.exec(row)?.[0])).toEqual(['… 1 ', '… 2 ']);
  expect(new Set(rows.map((row) => row.slice(2))).size).toBe(2);
});

test('draws no two people alike among the completions, and inserts the whole name', () => {
  const found = completionOf({ text: '/msg ', cursor: 5 }, { commands, contacts, emoji: null, themes: [] });
  const popup = { ...(found ?? { title: say``, start: 0, entries: [] }), index: -1, rows: 4 };
  const rows = popupLines(popup, 40, { contacts, isAscii: false }).slice(1).map(textOf);
  expect(rows.map((row) => /… \d /u.exec(row)?.[0])).toEqual(['… 1 ', '… 2 ']);
  expect(found?.entries.map(({ insert }) => insert.trim())).toEqual(contacts.map(({ label }) => label));
});

test('gives no two conversations the same head', () => {
  for (let columns = 30; columns < 90; columns += 1) {
    const heads = contacts.map((contact) =>
      textOf(headLine(contact, 0, columns, (room) => nameAmong(contacts, contact.id, room))),
    );
    expect([columns, new Set(heads).size]).toEqual([columns, 2]);
    for (const head of heads) expect(widthOf(head)).toBeLessThanOrEqual(columns);
  }
});
