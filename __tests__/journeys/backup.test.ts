// A home is lost and comes back out of a backup; a key is given up. By commands, with real homes and listeners.

import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runningListener, stopListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, run, setUpPerson, type Person } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

/** Runs a command on a person's home with `input` on standard input, from which passphrases are read. */
function feed(person: Person, args: readonly string[], input: string) {
  return runHere([...args, '--passphrase-fd', '0', '--home', person.home], input);
}

/** Two people who have each other; bob listens on, alice does not. */
async function pair(): Promise<readonly [alice: Person, bob: Person]> {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await until('both have each other', async () => {
    await alice.does('sync');
    return (await alice.does('contacts')).stdout.includes('bob');
  });
  await bob.does('sync');
  return [alice, bob];
}

async function textsOf(person: Person): Promise<readonly unknown[]> {
  const lines = jsonLines(await person.does('read', '--json'));
  return lines
    .filter(({ kind }) => kind === 'text')
    .map(({ direction, text }) => `${String(direction)}: ${String(text)}`);
}

/** Both take part until `condition` holds. */
async function talk(people: readonly Person[], what: string, condition: () => Promise<boolean>) {
  await until(
    what,
    async () => {
      for (const person of people) await person.does('sync');
      return condition();
    },
    60_000,
  );
}

test('a lost home comes back with the mail that came since; then its key is revoked', async () => {
  const [alice, bob] = await pair();
  const file = join(await tempFolder(), 'alice.backup');
  await alice.does('send', 'bob', 'in the backup', '--wait', 'sent');
  expect(await feed(alice, ['backup', file], 'correct horse\n')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining(`${file} is your backup`),
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await bob.does('send', 'alice', 'since the backup', '--wait', 'sent');
  await alice.does('sync');
  await alice.does('send', 'bob', 'only bob has this', '--wait', 'sent');
  await stopListener(join(alice.home, 'inbox'));
  await rm(alice.home, { recursive: true });

  expect(await feed(alice, ['restore', file], 'wrong\nnew one\n')).toMatchObject({
    code: 77,
    stdout: '',
    stderr: expect.stringContaining('this is not a cryptochat backup, it is damaged, or the passphrase'),
  });
  const bytes = await readFile(file);
  bytes[9000]! ^= 1;
  await writeFile(`${file}.damaged`, bytes);
  expect(await feed(alice, ['restore', `${file}.damaged`], 'correct horse\nnew one\n')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('this backup is damaged'),
  });
  expect(existsSync(alice.home)).toBe(false);
  expect(await feed(alice, ['restore', file, '--no-passphrase'], 'correct horse\n')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('You are alice again'),
  });
  expect(await feed(alice, ['restore', file], 'correct horse\nnew one\n')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is already a cryptochat home'),
  });
  await talk([alice, bob], 'alice has everything again', async () =>
    (await textsOf(alice)).includes('in: since the backup'),
  );
  await alice.does('send', 'bob', 'there again');
  await talk([alice, bob], 'bob hears her', async () => (await textsOf(bob)).includes('in: there again'));
  expect(await textsOf(bob)).toEqual([
    'in: in the backup',
    'out: since the backup',
    'in: only bob has this',
    'in: there again',
  ]);
  expect(await textsOf(alice)).toEqual(['out: in the backup', 'in: since the backup', 'out: there again']);

  expect(await alice.tries('revoke')).toMatchObject({ code: 2 });
  expect((await alice.does('revoke', '--yes')).stderr).toContain('told automatically: bob.');
  await talk([alice, bob], 'bob knows', async () => (await bob.does('contacts')).stdout.includes('revoked'));
  expect(jsonLines(await alice.does('status', '--json'))).toMatchObject([{ revoked: true }]);
  expect((await alice.does('status')).stdout).toContain('revoked');
  expect(await alice.tries('send', 'bob', 'no')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('you revoked the key of this home'),
  });
}, 120_000);

test('backs up a locked home, even while it is open: asks for its passphrase, then for the backup’s', async () => {
  const folder = await tempFolder();
  const home = join(folder, 'home');
  const listen = ['--listen', '127.0.0.1:27003', '--address', '127.0.0.1:27003'];
  const init = ['init', '--name', 'alice', ...listen, '--home', home, '--passphrase-fd', '0'];
  expect((await run(init, 'of the home\n')).code).toBe(0);
  const backup = (name: string) => ['backup', join(folder, name), '--home', home, '--passphrase-fd', '0'];
  expect(await run(backup('a'), 'of the home\n')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("a line for the home's passphrase, then one for the file's"),
  });
  expect((await run(backup('a'), 'wrong\nof the file\n')).code).toBe(77);
  expect((await run(backup('a'), 'of the home\nof the file\n')).code).toBe(0);
  const screen = startInTerminal(['--home', home]);
  await screen.sees('assphrase');
  screen.type('of the home\r');
  await screen.sees('listening on');
  expect(await run(backup('b'), 'of the home\nof the file\n')).toMatchObject({
    code: 0,
    stderr: expect.any(String),
  });
  expect(await run(backup('b'), 'of the home\nof the file\n')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('already exists'),
  });
  screen.type(actionBytes('quit'));
  await screen.exited;
  await stopListener(join(home, 'inbox'));
  expect((await readdir(folder)).toSorted()).toEqual(['a', 'b', 'home']);

  const again = join(folder, 'again');
  const flags = ['--listen', '127.0.0.1:27004', '--address', 'example.org:27004'];
  const restore = ['restore', join(folder, 'b'), ...flags, '--home', again, '--passphrase-fd', '0'];
  expect((await run(restore, 'of the file\nanother\n')).code).toBe(0);
  const status = await run(['status', '--json', '--home', again, '--passphrase-fd', '0'], 'another\n');
  expect(jsonLines(status)).toMatchObject([
    { name: 'alice', passphrase: true, address: 'example.org:27004', revoked: false },
  ]);
  expect(await runningListener(join(again, 'inbox'))).toBeNull();
  for (const name of await readdir(again, { recursive: true }))
    expect([name, (await stat(join(again, name))).mode & 0o077]).toEqual([name, 0]);
});

test('an impossible backup or restore is refused before anything is asked or made', async () => {
  const alice = await setUpPerson('alice');
  const folder = await tempFolder();
  await writeFile(join(folder, 'there'), 'old');
  expect(await alice.tries('backup', join(folder, 'there'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('already exists'),
  });
  expect(await alice.tries('backup', join(folder, 'new'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--passphrase-fd N'),
  });
  for (const place of ['keys', 'inbox'])
    expect(await feed(alice, ['backup', join(alice.home, place, 'backup')], 'x\n')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('do not put the backup in'),
    });
  expect(await feed(alice, ['backup', join(folder, 'new')], '\n')).toMatchObject({ code: 2 });
  const nothing = ['restore', join(folder, 'none'), '--home', join(folder, 'home'), '--passphrase-fd', '0'];
  expect(await run(nothing, 'x\ny\n')).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOENT') });
  expect(await readdir(folder)).toEqual(['there']);
});

test('asks on a terminal for the passphrase of the backup, twice and then once, and never shows it', async () => {
  const alice = await setUpPerson('alice');
  const folder = await tempFolder();
  const file = join(folder, 'backup');
  const out = startInTerminal(['backup', file, '--home', alice.home], { cols: 120 });
  await out.sees('Passphrase for the backup:');
  out.type('correct horse\r');
  await out.sees('Repeat:');
  out.type('correct horse\r');
  await out.sees('is your backup');
  expect(await out.exited).toBe(0);

  const args = ['restore', file, '--home', join(folder, 'home'), '--listen', '127.0.0.1:27005'];
  const into = startInTerminal(args, { cols: 120 });
  await into.sees('Passphrase of the backup:');
  into.type('wrong horse\r');
  await into.sees('wrong passphrase');
  into.type('correct horse\r');
  await into.sees('New passphrase:');
  into.type('another horse\r');
  await into.sees('Repeat:');
  into.type('another horse\r');
  await into.sees('You are alice again');
  expect(await into.exited).toBe(0);
});
