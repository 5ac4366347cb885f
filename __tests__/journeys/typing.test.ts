// Every key that edits a draft, in the built program: its letters are cut by other code than the tests' (scripts/ink-modules.mjs).

import { expect, test } from 'vitest';
import { edits } from '../../source/ui/model/edits.ts';
import { setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { startInTerminal } from '../support/terminal.ts';

const inOrder = ['cursor-left', 'cursor-left', 'delete-back', 'cursor-right', 'X', 'delete-ahead'] as const;

/** Ctrl+C would quit where nothing is left. */
const emptied = actionBytes('line-end') + actionBytes('kill-to-start');

test('deletes and inserts letters at the cursor, in every script', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('write to bob');
  for (const [text, left] of [
    ['hello', 'helX'],
    ['привет', 'приеX'],
    ['a…“b”', 'a…bX'],
    ['héllo', 'hélX'],
    ['漢字かな', '漢かX'],
    ['e\u0301o\u0308u\u0308i\u0308', 'e\u0301u\u0308X'],
  ] as const) {
    screen.type(text);
    await screen.sees(`❯ ${text}`);
    for (const key of inOrder) screen.type(key === 'X' ? key : actionBytes(key));
    await screen.sees(new RegExp(`❯ ${left.normalize('NFD')}\\s*$|❯ ${left}\\s*$`, 'mu'));
    screen.type(emptied);
    await screen.sees('write to bob');
  }
  for (const text of ['some words, another one', 'несколько слов', '漢字 かな', 'x 👩‍👩‍👧 y']) {
    for (const edit of Object.keys(edits) as Array<keyof typeof edits>) {
      screen.type(emptied + text);
      for (let times = 0; times < 3; times += 1) screen.type(actionBytes('cursor-left') + actionBytes(edit));
    }
    screen.type(emptied);
    await screen.sees('write to bob');
  }
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});
