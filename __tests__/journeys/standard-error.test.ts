// The screen stays as it was drawn, whatever native code and Node write to standard error.

import { readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { connectControl } from '../../source/session/control/client.ts';
import { setUpPerson } from '../support/command-line.ts';
import { openTerminal, program, type InTerminal } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const noise = fileURLToPath(new URL('../support/noise.ts', import.meta.url));
const noisy = [process.execPath, '--import', noise, program];
const quit = '\u0011';

function open(command: readonly string[], env: NodeJS.ProcessEnv = {}): InTerminal {
  const screen = openTerminal(command, { env });
  onTestFinished(() => screen.kill('SIGKILL'));
  return screen;
}

async function logHas(log: string, text: string): Promise<void> {
  await until(`the log has ${text}`, async () => (await readFile(log, 'utf8')).includes(text));
}

test('noise goes to keys/errors.log while the screen is drawn, also after Ctrl+Z, and an empty log goes', async () => {
  const alice = await setUpPerson('alice');
  const log = join(alice.home, 'keys', 'errors.log');
  await writeFile(log, '', { mode: 0o600 });
  await truncate(log, 1024 * 1024 + 1);
  const shell = open(['bash', '--norc', '-i'], { PS1: '$ ' });
  await shell.sees('$ ');
  shell.type(`${noisy.join(' ')} --home ${alice.home}\r`);
  await shell.sees('You have no contacts yet');
  const pid = await heldBy(alice.home);
  process.kill(pid, 'SIGURG');
  for (const kind of ['native', 'console', 'warning']) await logHas(log, `${kind} noise 1`);
  expect((await stat(log)).size).toBeLessThan(4096);
  expect((await stat(log)).mode & 0o777).toBe(0o600);
  shell.type('\u001a');
  await shell.sees('Stopped');
  shell.type('fg\r');
  await shell.sees('You have no contacts yet');
  process.kill(pid, 'SIGURG');
  for (const kind of ['native', 'console', 'warning']) await logHas(log, `${kind} noise 2`);
  expect(shell.raw()).not.toContain('noise 1');
  expect(shell.raw()).not.toContain('noise 2');
  shell.type(quit);
  await shell.sees(/fg\n[^]*\n\$ *\n/u);
  shell.type('exit\r');
  await shell.exited;
  expect(await readFile(log, 'utf8')).toContain('warning noise 2');
  await rm(log);
  const quiet = open([process.execPath, program, '--home', alice.home]);
  await quiet.sees('You have no contacts yet');
  expect(existsSync(log)).toBe(true);
  quiet.type(quit);
  expect(await quiet.exited).toBe(0);
  expect(existsSync(log)).toBe(false);
});

test('after a throw, and after SIGTERM, standard error is the terminal again', async () => {
  const alice = await setUpPerson('alice');
  const thrown = open([...noisy, '--home', alice.home], { NOISE: 'throw' });
  await thrown.sees('You have no contacts yet');
  process.kill(thrown.pid, 'SIGURG');
  expect(await thrown.exited).toBe(70);
  const afterScreen = thrown.raw().split('\u001b[?1049l').at(-1);
  expect(afterScreen).toContain('this is a bug: Error: noise was too much');
  expect(afterScreen).toContain('last native words');
  expect(thrown.raw()).not.toContain('native noise');

  const ended = open([...noisy, '--home', alice.home], { NOISE: 'at the end' });
  await ended.sees('You have no contacts yet');
  process.kill(ended.pid, 'SIGTERM');
  expect(await ended.exited).toBe(143);
  expect(ended.raw().split('\u001b[?1049l').at(-1)).toContain('last native words');
});

test('a standard error that goes elsewhere is left alone', async () => {
  const alice = await setUpPerson('alice');
  const file = join(await tempFolder(), 'errors');
  const screen = open(['sh', '-c', `exec ${noisy.join(' ')} --home ${alice.home} 2>${file}`]);
  await screen.sees('You have no contacts yet');
  process.kill(screen.pid, 'SIGURG');
  for (const kind of ['native', 'console', 'warning']) await logHas(file, `${kind} noise 1`);
  expect(existsSync(join(alice.home, 'keys', 'errors.log'))).toBe(false);
  screen.type(quit);
  expect(await screen.exited).toBe(0);
});

test('a first run that is given up leaves no folder of keys', async () => {
  const home = join(await tempFolder(), 'home');
  const screen = open([process.execPath, program, '--home', home]);
  await screen.sees('Welcome');
  expect(existsSync(join(home, 'keys', 'errors.log'))).toBe(true);
  screen.type(quit);
  expect(await screen.exited).toBe(0);
  expect(existsSync(join(home, 'keys'))).toBe(false);
});

/** The process that has a home open, as its control socket says. */
async function heldBy(home: string): Promise<number> {
  const client = await until('it answers', () => connectControl(join(home, 'keys', 'control')));
  try {
    return (await client.hello('none')).pid;
  } finally {
    client.end();
  }
}
