// A messenger that is locked while it stays open: nothing is readable, the database is closed, and mail still arrives.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { countParcels } from '../../source/inbox/parcels.ts';
import { runningListener, stopListener } from '../../source/session/home/running-listener.ts';
import { readLines, setUpPerson } from '../support/command-line.ts';
import type { Ran } from '../support/ran.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { takePort } from '../support/ports.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const passphrase = 'correct horse';

type Locked = { readonly home: string; readonly does: (...args: readonly string[]) => Promise<Ran> };

/** Somebody whose home has a passphrase. */
async function lockedPerson(name: string): Promise<Locked> {
  const home = join(await tempFolder(), name);
  const address = `127.0.0.1:${await takePort()}`;
  onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
  const does = (...args: readonly string[]): Promise<Ran> =>
    runHere([...args, '--home', home, '--passphrase-fd', '0'], `${passphrase}\n`);
  const made = await does('init', '--name', name, '--listen', address, '--address', address);
  expect(made.code).toBe(0);
  return { home, does };
}

test('messages written before the lock are sent while it is locked', async () => {
  const [alice, bob] = [await lockedPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  for (const one of [alice, bob, alice]) await one.does('sync');
  await bob.does('listen', '--stop');
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('Passphrase');
  screen.type(`${passphrase}\r`);
  await screen.sees('bob');
  screen.type(`written before the lock${actionBytes('send')}`);
  await until(
    'it is left to the listener',
    async () => (await countParcels(join(alice.home, 'inbox'))) === 1,
  );
  screen.type(actionBytes('lock'));
  await screen.sees('Unlock cryptochat');
  await bob.does('sync');
  await until('it came', async () => (await bob.does('read', 'alice')).stdout.includes('before the lock'));
  await until('nothing is left', async () => (await countParcels(join(alice.home, 'inbox'))) === 0);
});

test('locked: no name on the screen, no open database, mail is kept; unlocked: the same conversation goes on', async () => {
  const [alice, bob] = [await lockedPerson('alice'), await setUpPerson('bob')];
  const link = (await alice.does('invite')).stdout.trim();
  await bob.does('join', link);
  await bob.does('send', 'alice', 'before the lock', '--wait', 'sent');
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('Passphrase');
  screen.type(`${passphrase}\r`);
  await screen.sees('before the lock');
  const listener = await runningListener(join(alice.home, 'inbox'));
  screen.type('a draft');
  await screen.sees('❯ a draft');
  const drawn = screen.raw().length;
  screen.type(actionBytes('lock'));
  await screen.sees('Unlock cryptochat');
  await until('the home is left', () => !existsSync(join(alice.home, 'keys', 'control')));
  await until(
    'the screen shows nothing of it',
    () => !/bob|alice|draft|before the lock/u.test(screen.screen()),
  );
  const since = screen.raw().indexOf('Unlock cryptochat', drawn);
  expect(since).toBeGreaterThan(0);
  expect(screen.raw().slice(since)).not.toMatch(/bob|alice|a draft|before the lock/u);
  expect((await runHere(['status', '--home', alice.home])).code).toBe(77);

  await bob.does('send', 'alice', 'while it was locked', '--wait', 'sent');
  expect(await runningListener(join(alice.home, 'inbox'))).toEqual(listener);
  const texts = readLines(await alice.does('read', 'bob', '--json')).map(({ text }) => text);
  expect(texts).toContain('before the lock');

  screen.type('wrong\r');
  await screen.sees('error: wrong passphrase');
  screen.type(`${passphrase}\r`);
  await screen.sees('while it was locked');
  await screen.sees('❯ a draft');
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});

test('a listener that was to end with the messenger ends with a locked one, too', async () => {
  const alice = await lockedPerson('alice');
  const config = join(alice.home, 'config.toml');
  const settings = await readFile(config, 'utf8');
  await writeFile(config, settings.replace('keep_listening = true', 'keep_listening = false'));
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('Passphrase');
  screen.type(`${passphrase}\r`);
  await screen.sees('● listening');
  screen.type('/lock\r');
  await screen.sees('Unlock cryptochat');
  await until('the home is left', () => !existsSync(join(alice.home, 'keys', 'control')));
  expect(await runningListener(join(alice.home, 'inbox'))).not.toBeNull();
  screen.type('\u0003');
  expect(await screen.exited).toBe(0);
  expect(await runningListener(join(alice.home, 'inbox'))).toBeNull();
});
