// Pastes over lines that stall, in a real terminal: what was not sent by hand has not left.

import { expect, test } from 'vitest';
import { actionBytes } from '../support/key-bytes.ts';
import { setUpPerson, type Person } from '../support/command-line.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const [start, end] = ['\u001b[200~', '\u001b[201~'];

async function pair(): Promise<readonly [alice: Person, bob: Person]> {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  await bob.does('sync');
  return [alice, bob];
}

test('a paste that stalls at every place, one without marks and a huge one send nothing; then one Enter sends it all', async () => {
  const [alice] = await pair();
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('write to bob');
  // The marker in two parts, and a line end on its own: each is read before the next is written.
  screen.type(start.slice(0, 4));
  screen.type(`${start.slice(4)}one\r`);
  await screen.sees('a paste began and has not ended');
  for (const part of ['\r', 'two\r', end.slice(0, 3)]) screen.type(part);
  screen.type(end.slice(3));
  await screen.sees(/❯ one\n\n {3}two/u);
  await until('the paste is over', () => !screen.screen().includes('a paste began'));
  screen.type('burst one\rburst two\rburst three');
  await screen.sees(/burst one\n {3}burst two\n {3}burst three/u);
  const lines = Array.from({ length: 100_000 }, (_, at) => `large ${at}`).join('\r');
  screen.type(`${start}${lines}${end}`);
  await screen.sees('large 99999', 60_000);
  await screen.sees(/this text is \d+ bytes long/u);
  expect((await alice.does('read', 'bob')).stdout).not.toMatch(/one|burst|large/u);
  screen.type('\r');
  screen.type(actionBytes('undo'));
  await screen.sees(/ {3}burst three\n/u);
  screen.type('\r');
  await screen.sees('write to bob');
  expect((await alice.does('read', 'bob', '--json')).stdout).toContain(
    String.raw`one\n\ntwo\nburst one\nburst two\nburst three`,
  );
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});
