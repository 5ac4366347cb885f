// The private key leaves one home and comes into another, by commands.

import { createPrivateKey } from 'node:crypto';
import { readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, run, setUpPerson, type Person } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { hasOpenssl, openssl, strong, bareKey } from '../support/key-files.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { startInTerminal } from '../support/terminal.ts';

async function fingerprintOf(person: Person): Promise<unknown> {
  return jsonLines(await person.does('keys', '--json'))[0]?.['fingerprint'];
}

/** Runs a command on a person's home with `input` on standard input. */
function feed(person: Person, args: readonly string[], input: string) {
  return runHere([...args, '--home', person.home], input);
}

test('export and import by descriptor: a new file for its owner alone, and the same key there', async () => {
  const [alice, other] = [await setUpPerson('alice'), await setUpPerson('other')];
  const folder = await tempFolder();
  const file = join(folder, 'key.pem');
  const written = await feed(alice, ['keys', 'export', file, '--passphrase-fd', '0'], 'correct horse\n');
  expect(written).toMatchObject({ code: 0, stdout: '' });
  expect(written.stderr).toContain(`${file} is your private key`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['key.pem']);
  const pem = await readFile(file, 'utf8');
  expect(createPrivateKey({ key: pem, passphrase: 'correct horse' }).asymmetricKeyType).toBe('x25519');

  const importing = ['keys', 'import', file, '--passphrase-fd', '0'];
  const before = await fingerprintOf(other);
  expect(await feed(other, importing, 'wrong\n')).toMatchObject({
    code: 77,
    stdout: '',
    stderr: expect.stringContaining('the passphrase does not open this key file'),
  });
  expect(await fingerprintOf(other)).toBe(before);
  const imported = await feed(other, importing, 'correct horse\n');
  expect(imported).toMatchObject({ code: 0, stdout: `${String(await fingerprintOf(alice))}\n` });
  expect(await fingerprintOf(other)).toBe(await fingerprintOf(alice));

  await other.does('invite');
  expect(await feed(other, importing, 'correct horse\n')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('this home already has contacts under its own key'),
  });
});

test('overwrites nothing, not even a link to nowhere', async () => {
  const alice = await setUpPerson('alice');
  const folder = await tempFolder();
  const file = join(folder, 'old.pem');
  await writeFile(file, 'old');
  await symlink(join(folder, 'nowhere'), join(folder, 'link.pem'));
  for (const name of ['old.pem', 'link.pem']) {
    const args = ['keys', 'export', join(folder, name), '--passphrase-fd', '0'];
    expect(await feed(alice, args, 'correct horse\n')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already exists'),
    });
  }
  expect(await readFile(file, 'utf8')).toBe('old');
  expect((await readdir(folder)).toSorted()).toEqual(['link.pem', 'old.pem']);
  const nowhere = ['keys', 'export', join(folder, 'no', 'such.pem'), '--passphrase-fd', '0'];
  expect(await feed(alice, nowhere, 'correct horse\n')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ENOENT'),
  });
});

test('exports from a locked home through pipes: its passphrase first, then that of the file', async () => {
  const home = join(await tempFolder(), 'home');
  const init = [
    'init',
    '--name',
    'alice',
    '--listen',
    '127.0.0.1:27001',
    '--home',
    home,
    '--passphrase-fd',
    '0',
  ];
  expect((await run(init, 'of the home\n')).code).toBe(0);
  const exporting = ['keys', 'export', '-', '--home', home, '--passphrase-fd', '0'];
  expect(await run(exporting, 'of the file\n')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining("a line for the home's passphrase, then one for the file's"),
  });
  expect(await run(exporting, 'wrong\nof the file\n')).toMatchObject({ code: 77, stdout: '' });
  const { code, stdout: pem, stderr } = await run(exporting, 'of the home\nof the file\n');
  expect([code, stderr]).toEqual([0, expect.stringContaining('That is your private key')]);
  expect(createPrivateKey({ key: pem, passphrase: 'of the file' }).type).toBe('private');

  const other = await setUpPerson('other');
  const importing = ['keys', 'import', '-', '--passphrase-fd', '0'];
  expect(await run([...importing, '--home', other.home], `of the file\n${pem}`)).toMatchObject({ code: 0 });
  expect(pem).toContain(String(await fingerprintOf(other)));
});

test('goes through a client that has the home open, which continues under the new key', async () => {
  const [alice, other] = [await setUpPerson('alice'), await setUpPerson('other')];
  const { stdout: pem } = await feed(alice, ['keys', 'export', '-', '--passphrase-fd', '0'], 'x\n');
  const screen = startInTerminal(['--home', other.home]);
  await screen.sees('listening on');
  const imported = await feed(other, ['keys', 'import', '-', '--passphrase-fd', '0'], `x\n${pem}`);
  expect(imported.code).toBe(0);
  screen.type(actionBytes('show-keys'));
  await screen.sees(imported.stdout.trim().slice(0, 19));
  screen.type(actionBytes('quit'));
  await screen.exited;
  await other.does('listen', '--stop');
});

test.skipIf(!hasOpenssl)('openssl reads an export, and its keys are imported (needs openssl)', async () => {
  const alice = await setUpPerson('alice');
  const { stdout: pem } = await feed(alice, ['keys', 'export', '-', '--passphrase-fd', '0'], 'x\n');
  const read = openssl(['pkey', '-passin', 'pass:x', '-pubout'], pem);
  expect(jsonLines(await alice.does('keys', '--json'))[0]?.['publicKeyPem']).toBe(read);
  const theirs = bareKey().pem;
  const importing = ['keys', 'import', '-', '--passphrase-fd', '0'];
  const locked = openssl(['pkcs8', ...strong, '-passout', 'pass:y'], theirs);
  expect(await feed(alice, importing, `y\n${locked}`)).toMatchObject({ code: 0 });
  expect(jsonLines(await alice.does('keys', '--json'))[0]?.['publicKeyPem']).toBe(
    openssl(['pkey', '-pubout'], theirs),
  );
  for (const [text, said] of [
    [theirs, 'this private key is not encrypted'],
    [openssl(['pkcs8', '-topk8', '-passout', 'pass:y'], theirs), 'not encrypted strongly enough'],
    [locked.slice(0, 200), 'this key file cannot be imported'],
    ['x'.repeat(100_000), 'it is too long'],
  ])
    expect(await feed(alice, importing, `y\n${text}`)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(said ?? ''),
    });
});

test('asks on a terminal for the passphrase of the file, twice and then once, and never shows it', async () => {
  const [alice, other] = [await setUpPerson('alice'), await setUpPerson('other')];
  const file = join(await tempFolder(), 'key.pem');
  const out = startInTerminal(['keys', 'export', file, '--home', alice.home], { cols: 120 });
  await out.sees('Passphrase for the file:');
  out.type('correct horse\r');
  await out.sees('Repeat:');
  out.type('correct horse\r');
  await out.sees('is your private key');
  expect(await out.exited).toBe(0);

  const into = startInTerminal(['keys', 'import', file, '--home', other.home], { cols: 120 });
  await into.sees('Passphrase of the file:');
  into.type('wrong horse\r');
  await into.sees('wrong passphrase');
  into.type('correct horse\r');
  await into.sees(String(await fingerprintOf(alice)));
  expect(await into.exited).toBe(0);
  for (const { raw } of [out, into]) expect(raw()).not.toContain('horse');
});

test('a key that is pasted into the terminal is taken', async () => {
  const [alice, other] = [await setUpPerson('alice'), await setUpPerson('other')];
  const { stdout: pem } = await feed(alice, ['keys', 'export', '-', '--passphrase-fd', '0'], 'x\n');
  const into = startInTerminal(['keys', 'import', '-', '--home', other.home], { cols: 120, rows: 40 });
  for (const line of pem.split('\n')) into.type(`${line}\r`);
  await into.sees('END ENCRYPTED');
  into.type('\u0004');
  await into.sees('Passphrase of the file:');
  into.type('x\r');
  await into.sees(String(await fingerprintOf(alice)));
  expect(await into.exited).toBe(0);
});

test('a command that makes no sense is refused with a reason', async () => {
  const alice = await setUpPerson('alice');
  const refusals: ReadonlyArray<readonly [args: readonly string[], code: number, said: string]> = [
    [['keys', 'export'], 2, 'keys takes nothing, export FILE, or import FILE'],
    [['keys', 'exprot', 'x'], 2, 'keys takes nothing, export FILE, or import FILE'],
    [['keys', 'export', 'x', '--json'], 2, '--json is not a flag of keys export'],
    [['keys', 'export', '-'], 2, "the file's passphrase is typed in a terminal"],
    [['keys', 'import', '-'], 1, 'it does not hold one encrypted private key'],
    [['keys', 'import', alice.home], 1, 'cannot be read or written: EISDIR'],
    [['keys', 'import', '/dev/zero'], 1, 'it is too long'],
  ];
  for (const [args, code, said] of refusals) {
    const refused = await alice.tries(...args);
    expect(refused).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(said) });
  }
});
