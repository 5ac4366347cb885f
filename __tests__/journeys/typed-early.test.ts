// Keys that a person types while the program starts: none is lost, none is out of order, Enter is Enter.

import { expect, test } from 'vitest';
import { setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { startInTerminal } from '../support/terminal.ts';

test('a message typed before the screen is there goes out, and a command after it is carried out', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  await bob.does('sync');
  const screen = startInTerminal(['--home', alice.home]);
  screen.type('typed before anything was there\rand a second line\r/keys\r');
  await screen.sees('PUBLIC KEY', 60_000);
  screen.type(`\u001b[27u${actionBytes('quit')}`);
  expect(await screen.exited).toBe(0);
  const said = (await alice.does('read', 'bob')).stdout;
  expect(said).toMatch(/typed before anything was there.*\n.*and a second line/u);
  expect(said).not.toContain('/keys');
});
