import { existsSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, run, setUpPerson, start } from '../support/command-line.ts';
import type { Ran } from '../support/ran.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { figure } from './adapter.ts';

function init(home: string, name: string): readonly string[] {
  const address = `127.0.0.1:${20_000 + name.length}`;
  return [
    'init',
    '--home',
    home,
    '--name',
    name,
    '--no-passphrase',
    '--listen',
    address,
    '--address',
    address,
  ];
}

async function nameOf(home: string): Promise<unknown> {
  const ran = await runHere(['status', '--json', '--home', home]);
  expect(ran.stderr).toBe('');
  return jsonLines(ran)[0]?.['name'];
}

test('of several set-ups of one home at once, exactly one reports success, and the home is its own', async () => {
  for (let round = 0; round < figure(40, 6); round++) {
    const home = join(await tempFolder(), 'home');
    const names = ['a', 'bb', 'ccc'];
    const ran = await Promise.all(names.map((name) => run(init(home, name))));
    const made = names.filter((_, at) => ran[at]?.code === 0);
    const lost = ran.filter(({ code }) => code !== 0);
    expect(made.length).toBe(1);
    for (const { stderr } of lost)
      expect(stderr).toMatch(/already a cryptochat home|another cryptochat command is using/u);
    expect(await nameOf(home)).toBe(made[0]);
    expect(await readFile(join(home, 'config.toml'), 'utf8')).toContain(
      `127.0.0.1:${20_000 + (made[0]?.length ?? 0)}`,
    );
    expect(await readdir(join(home, 'keys'))).not.toContain('set-up.lock');
  }
});

test('a set-up killed at any moment leaves a home, or nothing that prevents the next set-up', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < figure(60, 8); round++) {
    const home = join(await tempFolder(), 'home');
    const keys = join(home, 'keys');
    const first = start(init(home, 'first'));
    const steps = ['set-up.lock', 'vault.json', 'chat.db.part', 'identity.public.pem'];
    const step = join(keys, steps[round % steps.length] ?? '');
    await until(
      'a step of the set-up',
      () => existsSync(step) || existsSync(join(keys, 'chat.db')),
      60_000,
      0,
    );
    first.kill('SIGKILL');
    await first.ended;
    seen.add((await readdir(keys)).toSorted().join(' '));
    const second = await runHere(init(home, 'second'));
    if (second.code !== 0) expect(second.stderr).toContain('already a cryptochat home');
    expect(await nameOf(home)).toBe(second.code === 0 ? 'second' : 'first');
  }
  expect(seen.size).toBeGreaterThan(1);
});

test('never touches the key of a history whose chat.db is missing', async () => {
  const { home } = await setUpPerson('Alice');
  const [vault, database] = [join(home, 'keys', 'vault.json'), join(home, 'keys', 'chat.db')];
  const key = await readFile(vault, 'utf8');
  const history = await readFile(database);
  await rm(database);
  const tried: Ran[] = [];
  for (const words of [['status'], ['doctor'], ['restore', '/nowhere'], ['--plain'], init(home, 'x')])
    tried.push(await runHere([...words, ...(words.includes('--home') ? [] : ['--home', home])]));
  for (const { code, stderr } of tried) {
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/chat\.db is missing\ncryptochat: hint: restore chat\.db/u),
    ]);
  }
  expect(await readFile(vault, 'utf8')).toBe(key);
  expect(existsSync(database)).toBe(false);
  await writeFile(database, history, { mode: 0o600 });
  expect(await nameOf(home)).toBe('Alice');
});

test('removes a lock file that a finished set-up left, so that it does not suggest an unfinished one', async () => {
  const { home, does } = await setUpPerson('Alice');
  const [left, vault] = [join(home, 'keys', 'set-up.lock'), join(home, 'keys', 'vault.json')];
  await writeFile(left, '', { mode: 0o600 });
  await does('status');
  expect(existsSync(left)).toBe(false);
  const key = await readFile(vault, 'utf8');
  await rm(join(home, 'keys', 'chat.db'));
  expect((await runHere(init(home, 'x'))).code).toBe(1);
  expect(await readFile(vault, 'utf8')).toBe(key);
});
