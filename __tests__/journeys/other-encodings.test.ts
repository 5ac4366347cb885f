// Bytes that are no UTF-8: typed, piped and given as arguments. Either they are decoded by the locale, or nothing is sent.

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { program } from '../support/pty.ts';
import { startInTerminal } from '../support/terminal.ts';

const latin = { LANG: 'de_DE.ISO-8859-1' };

/** Runs the built program with `input` as it is. */
function pipe(home: string, args: readonly string[], input: Buffer, env: NodeJS.ProcessEnv = {}) {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args, '--home', home], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', ...env },
  });
  return { status, stderr };
}

test('text typed and piped in the encoding of the locale arrives as it was meant, and nothing else is sent', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  await bob.does('sync');
  const { home } = alice;
  const random = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 197 + 131) % 256));
  expect(pipe(home, ['send', 'bob'], random)).toMatchObject({ status: 2 });
  expect(pipe(home, ['send', 'bob'], Buffer.from('Gr\u00fc\u00dfe', 'latin1'))).toEqual({
    status: 2,
    stderr: expect.stringContaining('standard input is not text in the encoding of your locale') as string,
  });
  expect(pipe(home, ['send', 'bob', 'Gr\ufffd'], Buffer.alloc(0))).toMatchObject({ status: 2 });
  const lines = Buffer.concat([Buffer.from('gut: Grüße\n'), Buffer.from('Gr\u00fc\u00dfe\n', 'latin1')]);
  expect(pipe(home, ['--plain'], lines)).toEqual({
    status: 1,
    stderr: expect.stringContaining('this line is not text') as string,
  });
  expect(pipe(home, ['send', 'bob'], Buffer.from('piped: Grüße', 'latin1'), latin).status).toBe(0);
  expect(pipe(home, ['--plain'], Buffer.from('line: Grüße\n', 'latin1'), latin).status).toBe(0);
  const euro = { LC_ALL: 'de_DE.ISO-8859-15' };
  expect(pipe(home, ['send', 'bob'], Buffer.from([0xa4, 0x31]), euro).status).toBe(0);
  const screen = startInTerminal(['--home', home]);
  await screen.sees('write to bob');
  screen.typeBytes(Buffer.from('Köln', 'latin1'));
  await screen.sees('not text in the encoding of your locale');
  await screen.sees('❯ Kln');
  screen.type(`\u0003${actionBytes('quit')}`);
  expect(await screen.exited).toBe(0);
  const old = startInTerminal(['--home', home], { env: latin });
  await old.sees('write to bob');
  old.typeBytes(Buffer.from('typed: Grüße', 'latin1'));
  await old.sees('> typed: Gr??e');
  old.type('\r');
  await old.sees(/typed: Gr\?\?e +[.+]/u);
  old.type(actionBytes('quit'));
  expect(await old.exited).toBe(0);
  const { stdout } = await alice.does('read', 'bob');
  for (const text of ['gut: Grüße', 'piped: Grüße', 'line: Grüße', '€1', 'typed: Grüße'])
    expect(stdout).toContain(text);
  expect(stdout).not.toMatch(/\ufffd|Kln/u);
});
