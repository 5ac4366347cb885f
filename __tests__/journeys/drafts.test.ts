// Drafts outlive the messenger, in the encrypted database alone; and commands, names and emoji in them are completed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import type { InTerminal } from '../support/pty.ts';
import { startInTerminal } from '../support/terminal.ts';

test('a draft survives a quit, and is gone once it was sent', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  const open = (): InTerminal => startInTerminal(['--home', alice.home]);
  const quit = async (screen: InTerminal): Promise<void> => {
    screen.type(actionBytes('quit'));
    expect(await screen.exited).toBe(0);
  };
  const first = open();
  await first.sees('write to bob');
  first.type('an unsent thought');
  await first.sees('❯ an unsent thought');
  await quit(first);
  const files = readdirSync(alice.home, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  for (const { parentPath, name } of files)
    expect(readFileSync(join(parentPath, name)).includes('unsent thought')).toBe(false);
  const second = open();
  await second.sees('❯ an unsent thought');
  second.type('\r');
  await second.sees(/unsent thought +[·✓]/u);
  await second.sees('write to bob');
  await quit(second);
  const third = open();
  await third.sees('an unsent thought');
  await third.sees('write to bob');
  third.type('/que\t');
  await third.sees('People');
  third.type('b\t');
  await third.sees('❯ /query bob');
  third.type('\r');
  await third.sees('write to bob');
  third.type('fine :+1:');
  await third.sees('❯ fine 👍');
  await quit(third);
});
