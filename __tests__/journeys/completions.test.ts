// Names in completions come from real homes, whoever chose them, and never from a question.

import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { run, setUpPerson } from '../support/command-line.ts';
import { takePort } from '../support/ports.ts';
import { openTerminal, program } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';

/** The completions of bash on a terminal for a line that begins with `cryptochat`. */
async function offered(folder: string, ...words: readonly string[]): Promise<readonly string[]> {
  const own = join(folder, 'cryptochat');
  await writeFile(own, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(own, 0o700);
  const code =
    'source <(cryptochat completions bash); COMP_WORDS=(cryptochat "$@"); COMP_CWORD=$#; _cryptochat; ' +
    `printf '<%s>\\n' "\${COMPREPLY[@]}"; echo END`;
  const terminal = openTerminal(['bash', '--norc', '-c', code, 'bash', ...words], {
    env: { PATH: `${folder}:${process.env['PATH']}` },
    cwd: folder,
  });
  onTestFinished(() => terminal.kill('SIGKILL'));
  await terminal.sees('END');
  return [...terminal.screen().matchAll(/<(.*)>/gu)].map(([, entry = '']) => entry);
}

test('bash completes contacts, and treats any name as text', async () => {
  const folder = await tempFolder();
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  expect(await offered(folder, 'send', '--home', alice.home, '')).toEqual(['bob']);
  expect(await offered(folder, '--home', alice.home, 'search', 'text', 'b')).toEqual(['bob']);
  expect(await offered(folder, 'send', '--home', alice.home, 'bob', '')).toEqual(['']);
  await alice.does('rename', 'bob', '$(touch pwned) `id` "b');
  expect(await offered(folder, 'verify', '--home', alice.home, '')).toEqual([
    String.raw`\$\(touch\ pwned\)\ \`id\`\ \"b`,
  ]);
  expect(await offered(folder, 'verify', '--home', alice.home, String.raw`\$\(t`)).toHaveLength(1);
  expect(existsSync(join(folder, 'pwned'))).toBe(false);
});

test('a locked home gives no names and asks nothing', async () => {
  const home = join(await tempFolder(), 'home');
  onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
  const listen = `127.0.0.1:${await takePort()}`;
  const init = ['init', '--name', 'alice', '--listen', listen, '--passphrase-fd', '0', '--home', home];
  expect(await run(init, 'correct horse\n')).toMatchObject({ code: 0 });
  expect(await offered(await tempFolder(), 'send', '--home', home, '')).toEqual(['']);
  expect(await run(['contact-names', '--home', home])).toEqual({ code: 0, stdout: '', stderr: '' });
});
