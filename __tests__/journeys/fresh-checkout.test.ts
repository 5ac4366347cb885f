// A clone of the repository, and its `npm start` and `npm run demo`.

import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { takePort } from '../support/ports.ts';
import { openTerminal } from '../support/pty.ts';
import type { InTerminal } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The tracked files as they are now, with the packages that are installed here. */
async function checkout(): Promise<string> {
  const folder = join(await tempFolder(), 'checkout');
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const name of stdout.split('\n').filter(Boolean)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await cp(join(root, name), join(folder, name)).catch(ignoreDeleted);
  }
  // Through the link, a copy with another lockfile would install over the packages that this test runs with.
  const lockfile = await readFile(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lockfile).update(`${process.platform} ${process.arch}`);
  const installed = await readFile(join(root, 'node_modules', '.cryptochat-installed'), 'utf8');
  expect(installed, '`npm test` installs the packages of package-lock.json').toBe(wanted.digest('hex'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  onTestFinished(async () => void (await stopListener(join(folder, 'inbox'))));
  return folder;
}

function ignoreDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

function npm(folder: string, ...words: string[]): InTerminal {
  const started = openTerminal(['npm', '--prefix', folder, ...words], { cols: 100, rows: 30, cwd: folder });
  onTestFinished(() => started.kill('SIGKILL'));
  return started;
}

test('npm start sets up the checkout itself and opens the messenger on it', async () => {
  const folder = await checkout();
  const address = `127.0.0.1:${await takePort()}`;
  const screen = npm(folder, 'start');
  await screen.sees('Welcome', 60_000);
  screen.type(`carol${actionBytes('change-receiving')}`);
  await screen.sees('Receive while closed: no');
  screen.type(actionBytes('change-address'));
  for (const answer of [address, address]) {
    screen.type(actionBytes('kill-to-start') + answer);
    await screen.sees(answer);
    screen.type(actionBytes('answer-set-up'));
  }
  await screen.sees('cryptochat:');
  screen.type(actionBytes('close-dialog'));
  await screen.sees('carol  ●');
  expect((await stat(join(folder, 'keys', 'chat.db'))).mode & 0o077).toBe(0);
  expect((await stat(join(folder, 'keys'))).mode & 0o077).toBe(0);
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});

/** Another Node of this machine, which runs the first command in a fresh clone; null when there is none. */
const otherNode =
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find((path) => {
      const { status, stdout } = spawnSync(path, ['-v'], { encoding: 'utf8' });
      return status === 0 && stdout.trim() !== process.version;
    }) ?? null;

test.skipIf(otherNode === null)(
  'an older Node of the system builds a program that runs (needs a second Node)',
  async () => {
    const folder = await checkout();
    await run(otherNode ?? '', [join(folder, 'scripts', 'ready.mjs')], { cwd: folder });
    const { stdout } = await run(process.execPath, [join(folder, 'dist', 'cli.js'), '--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  },
);

test('npm run demo brings somebody to talk to', async () => {
  const folder = await checkout();
  const screen = npm(folder, 'run', 'demo');
  await screen.sees('Echo', 60_000);
  await screen.sees('write to Echo', 30_000);
  screen.type('are you there, Echo?\r');
  await screen.sees(/┃.*are you there, Echo/u, 30_000);
  await screen.sees('✓✓');
  screen.type(actionBytes('quit'));
  await screen.exited;
});
