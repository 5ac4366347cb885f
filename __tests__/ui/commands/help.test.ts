import { expect, test } from 'vitest';
import { found, partsOf } from '../../../source/ui/commands/help-entries.ts';
import { keyMapOf } from '../../../source/ui/model/bindings.ts';
import { keymap } from '../../../source/ui/keymap.ts';
import { mountScreen, type Mounted } from '../support/mount.ts';
import { sampleClient } from '../support/samples.ts';

const keys = keyMapOf(keymap);
const nothing = new Map<string, number>();
const plain = { isVim: false, hasMouse: true };

/** The names of the entries of a part. */
function namesIn(title: string, uses: ReadonlyMap<string, number>, query = ''): readonly string[] {
  const parts = found(partsOf(keys, uses, plain), query);
  return parts.find((part) => part.title === title)?.entries.map(({ name }) => name) ?? [];
}

test('ten keys come first, and are not listed again', () => {
  const [first] = partsOf(keys, nothing, plain);
  expect(first?.entries).toHaveLength(10);
  const all = partsOf(keys, nothing, plain).flatMap(({ entries }) =>
    entries.map((entry) => entry.name + entry.help),
  );
  expect(new Set(all).size).toBe(all.length);
});

test('the most used entry is at the top of its part', () => {
  const uses = new Map([
    ['mute', 3],
    ['wire', 5],
    ['page-down', 1],
  ]);
  expect(namesIn('Commands', uses).slice(0, 3)).toEqual(['wire', 'mute', 'help']);
  expect(namesIn('Conversation', uses)[0]).toBe('page-down');
});

const queries: ReadonlyArray<readonly [query: string, title: string, names: readonly string[]]> = [
  ['mute', 'Commands', ['mute']],
  ['/mute', 'Commands', ['mute']],
  ['ROTATE', 'Commands', ['rotate']],
  ['ctrl+k', 'Ten keys to start with', ['open-palette']],
  ['swap char', 'Writing', ['transpose']],
  ['  ', 'Ten keys to start with', ['send']],
];

test.each(queries)('%j finds %s: %j', (query, title, names) => {
  expect(namesIn(title, nothing, query).slice(0, names.length)).toEqual(names);
});

test('the parts about vim are there in vim mode only', () => {
  const titles = (isVim: boolean): readonly string[] =>
    partsOf(keys, nothing, { ...plain, isVim }).map(({ title }) => title);
  expect(titles(true)).toContain('Vim, in the draft');
  expect(titles(false).join()).not.toMatch(/vim/iu);
});

async function help(): Promise<Mounted> {
  const client = sampleClient();
  const screen = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await screen.sees('write to bob');
  screen.type('?');
  await screen.sees('Ten keys to start with');
  return screen;
}

test('typing searches, and shows the first hit after scrolling', async () => {
  const screen = await help();
  screen.type('\u001b[B\u001b[B\u001b[B');
  screen.type('/safety');
  await screen.sees(/❯ +\/safety/u);
  await screen.sees('verify this contact by the safety number');
  expect(screen.screen()).not.toContain('send the message');
  screen.type('zz');
  await screen.sees('nothing in the help matches');
});

test('orders entries by their use on this screen', async () => {
  const client = sampleClient();
  const screen = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, { rows: 60 });
  await screen.sees('write to bob');
  screen.type('\u001b[5~\u001b[6~\u001b[6~?');
  await screen.sees(/ Conversation\n PgDn/u);
});
