// Settings on the built program: a wrong file, and /set in a real terminal.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, run, setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

test('reports a wrong setting with its line, and changes nothing', async () => {
  const alice = await setUpPerson('alice');
  const file = join(alice.home, 'config.toml');
  const text = `${await readFile(file, 'utf8')}\n[keys]\nsend = ["ctrl+q"]\n`;
  await writeFile(file, text);
  const line = text.split('\n').indexOf('send = ["ctrl+q"]') + 1;
  const screen = startInTerminal(['--home', alice.home]);
  expect(await screen.exited).toBe(1);
  const told = `config.toml line ${line}: keys.send has "ctrl+q", which quit has already`;
  await until('that is told', () => screen.screen().replaceAll('\n', '').includes(told));
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('/set, /theme and /mute take effect at once, are written, and apply at the next start', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await bob.does('send', 'alice', 'hello', '--wait', 'sent');
  const file = join(alice.home, 'config.toml');
  await writeFile(file, `# mine\n${await readFile(file, 'utf8')}`);
  const before = (await readFile(file, 'utf8')).split('\n');
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('hello');
  screen.type('/theme high-contrast\r');
  await screen.sees('theme: high-contrast');
  screen.type('/set keys.open-palette ctrl+v\r');
  await screen.sees('Ctrl+V go to');
  screen.type('/mute\r');
  await screen.sees('bob is muted');
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
  const after = (await readFile(file, 'utf8')).split('\n');
  expect(after.filter((one) => !before.includes(one))).toEqual([
    'theme = "high-contrast"',
    '[keys]',
    'open-palette = ["ctrl+v"]',
  ]);
  expect(before.filter((one) => !after.includes(one))).toEqual(['theme = "auto"']);
  expect(jsonLines(await run(['contacts', '--json', '--home', alice.home]))).toMatchObject([{ muted: true }]);
  const again = startInTerminal(['--home', alice.home]);
  await again.sees('Ctrl+V go to');
  again.type('\u0016');
  await again.sees('Go to');
  again.type(actionBytes('close-dialog'));
  await again.sees(/❯ bob [^\n]*\n +[^\n│]*muted/u);
  again.type(actionBytes('quit'));
  await again.exited;
  const lastTitle = again.raw().lastIndexOf('\u001b]2;');
  await until('the title is given back', () => again.raw().indexOf('\u001b[23;2t', lastTitle) > 0);
});
