// The README's commands, run as they stand there.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { takePort } from '../support/ports.ts';
import { program } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';

const run = promisify(execFile);
const readme = new URL('../../README.md', import.meta.url);

/** The shell blocks of the README in order, with ports that are free here in place of its own. */
async function script(): Promise<string> {
  const text = await readFile(readme, 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gmu)].map((match) => match[1]);
  const ports = [await takePort(), await takePort()];
  return blocks.join('\n').replaceAll('18081', String(ports[0])).replaceAll('18082', String(ports[1]));
}

test('the first conversation of the README is a conversation', async () => {
  const folder = await tempFolder();
  const shell = ['set -eu', `cryptochat() { "${process.execPath}" "${program}" "$@"; }`, await script()].join(
    '\n',
  );
  const { stdout } = await run('bash', ['-c', shell], { cwd: folder, timeout: 60_000 });
  expect(stdout).toMatch(/bob: Hey, you there\?/u);
  const last = stdout
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(last.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { contact: 'alice', direction: 'out', text: 'Hey, you there?', state: 'delivered' },
    { contact: 'alice', direction: 'in', text: 'Yes! This is going well.', state: 'received' },
  ]);
});
