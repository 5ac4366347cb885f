// Theme files and the background of the terminal, on the built program in a real terminal.

import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

async function themesIn(files: Readonly<Record<string, string>>): Promise<string> {
  const config = await mkdtemp(join(tmpdir(), 'cc-'));
  onTestFinished(() => rm(config, { recursive: true, force: true }));
  const folder = join(config, 'cryptochat', 'themes');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return config;
}

const accent = '\u001b[38;2;1;2;3m';

test('a theme file is taken, kept, and drawn with from the first frame of the next start', async () => {
  const alice = await setUpPerson('alice');
  const config = await themesIn({ 'dusk.toml': 'accent = "#010203"\n' });
  const env = { XDG_CONFIG_HOME: config, COLORTERM: 'truecolor' };
  const screen = startInTerminal(['--home', alice.home], { env });
  await screen.sees('? help');
  screen.type('/theme dusk\r');
  await screen.sees('theme: dusk');
  await until('it is drawn with', () => screen.raw().includes(accent));
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
  const again = startInTerminal(['--home', alice.home], { env });
  await again.sees('? help');
  expect(again.raw()).toContain(accent);
  expect(again.raw()).not.toContain('\u001b[38;2;127;212;255m ❯');
  await writeFile(join(config, 'cryptochat', 'themes', 'dusk.toml'), 'accent = "#030201"\n');
  again.type('/theme dusk\r');
  await until('it is read again', () => again.raw().includes('\u001b[38;2;3;2;1m'));
  again.type(actionBytes('quit'));
  expect(await again.exited).toBe(0);
  const fewer = startInTerminal(['--home', alice.home], { env: { ...env, COLORTERM: '' } });
  await fewer.sees('? help');
  expect(fewer.raw()).toContain('\u001b[38;5;');
  expect(fewer.raw()).not.toContain('\u001b[38;2;');
});

test('a broken theme, and a link in the place of one, do not stop the start', async () => {
  const alice = await setUpPerson('alice');
  const config = await themesIn({ 'dusk.toml': '# mine\nwarn = "blau"\n' });
  const env = { XDG_CONFIG_HOME: config };
  await symlink('/dev/zero', join(config, 'cryptochat', 'themes', 'zero.toml'));
  const file = join(alice.home, 'config.toml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('theme = "auto"', 'theme = "dusk"'));
  const screen = startInTerminal(['--home', alice.home], { env, cols: 120 });
  await screen.sees('dusk.toml line 2: warn has no colour: "blau"');
  await screen.sees('the theme auto is used until you correct it');
  screen.type('/theme zero\r');
  await screen.sees('zero.toml is not a plain file of at most 16384 bytes; links are not followed');
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});

test('keys typed while the terminal reports its background are not lost', async () => {
  const alice = await setUpPerson('alice');
  const config = await themesIn({});
  const screen = startInTerminal(['--home', alice.home], { env: { XDG_CONFIG_HOME: config } });
  screen.type('hel');
  await until('it is asked', () => screen.raw().includes('\u001b]11;?'));
  screen.type('l\u001b]11;rgb:ffff/ff');
  screen.type('ff/ffff\u001b\\o');
  await screen.sees('❯ hello');
  await until('it is light', () => screen.raw().includes('\u001b[38;5;'));
  expect(screen.screen()).not.toContain('rgb');
});
