import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { listenerArguments } from '../../source/session/home/start-listener.ts';
import { setUpPerson } from '../support/command-line.ts';
import { takePort } from '../support/ports.ts';
import { openTerminal, program } from '../support/pty.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const isRoot = process.getuid?.() === 0;
const somebody = 12345;

/** The rights that another user may have got, and how. */
const faults: Readonly<Record<string, (home: string) => string>> = {
  'a home that others may write to': (home) => opened(home, 0o777),
  'a home that the group may write to': (home) => opened(home, 0o770),
  'a config.toml that others may write to': (home) => opened(join(home, 'config.toml'), 0o666),
  'an inbox that others may write to': (home) => opened(join(home, 'inbox'), 0o733),
  'keys that others may write to': (home) => opened(join(home, 'keys'), 0o722),
  'a folder above that others may write to': (home) => opened(join(home, '..'), 0o777),
};

const takenOver: typeof faults = {
  'a home of another user': given,
  'a config.toml of another user': (home) => given(join(home, 'config.toml')),
  'an inbox of another user': (home) => given(join(home, 'inbox')),
  'a folder above of another user': (home) => given(join(home, '..')),
};

function opened(path: string, mode: number): string {
  chmodSync(path, mode);
  return `other users can write to ${join(path)}`;
}

function given(path: string): string {
  lchownSync(path, somebody, somebody);
  return `${join(path)} belongs to another user`;
}

describe.each([...Object.entries(faults), ...(isRoot ? Object.entries(takenOver) : [])])(
  '%s',
  (_name, make) => {
    test('is refused by every command and screen, with what to do', async () => {
      const { home, tries } = await setUpPerson('Alice', { folder: join(await tempFolder(), 'above') });
      onTestFinished(() => lchownSync(join(home, '..'), process.getuid?.() ?? 0, -1));
      const problem = make(home);
      for (const words of [['status'], ['--plain'], ['listen'], ['backup', join(home, '..', 'x')]]) {
        const ran = await tries(...words);
        expect([words, ran.code, ran.stdout]).toEqual([words, 1, '']);
        expect(ran.stderr).toMatch(/^cryptochat: error: .+\ncryptochat: hint: .+\n$/u);
        expect(ran.stderr).toContain(problem);
      }
      expect(await runningListener(join(home, 'inbox'))).toBeNull();
    });
  },
);

test('refuses to open the screen before it writes anything into the home', async () => {
  const { home } = await setUpPerson('Alice');
  chmodSync(home, 0o777);
  const before = readdirSync(join(home, 'keys'));
  const screen = openTerminal([process.execPath, program, '--home', home]);
  expect(await screen.exited).toBe(1);
  expect(screen.raw()).toContain('other users can write to');
  expect(screen.raw()).not.toContain('\u001b[?1049h');
  expect(readdirSync(join(home, 'keys'))).toEqual(before);
});

test('a set-up below a folder that others can write to makes nothing', async () => {
  const above = join(await tempFolder(), 'above');
  mkdirSync(above);
  chmodSync(above, 0o777);
  for (const words of [['init', '--name', 'A', '--no-passphrase'], ['restore', '/nowhere'], ['--plain']]) {
    const ran = await runHere([...words, '--home', join(above, 'home')]);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(`can write to ${above}\n`)]);
  }
  expect(readdirSync(above)).toEqual([]);
});

test('a set-up in a folder that others can write to leaves it unchanged', async () => {
  const home = join(await tempFolder(), 'home');
  mkdirSync(join(home, 'keys'), { recursive: true });
  chmodSync(home, 0o777);
  const ran = await runHere(['init', '--name', 'A', '--no-passphrase', '--home', home]);
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(`can write to ${home}\n`)]);
  expect([readdirSync(home), readdirSync(join(home, 'keys'))]).toEqual([['keys'], []]);
});

test.runIf(isRoot)('a user without privileges sets up and reads a home below a sticky folder', async () => {
  const folder = await tempFolder();
  chmodSync(folder, 0o1777);
  const home = join(folder, 'home');
  const as = (...args: readonly string[]) =>
    spawnSync(process.execPath, [program, ...args, '--home', home], {
      uid: somebody,
      gid: somebody,
      env: { HOME: folder },
      encoding: 'utf8',
    });
  const listen = `127.0.0.1:${await takePort()}`;
  const made = as('init', '--name', 'A', '--no-passphrase', '--listen', listen, '--address', listen);
  expect([made.stderr, made.status]).toEqual([expect.stringContaining('You are A'), 0]);
  expect(as('status').status).toBe(0);
  chownSync(join(home, 'config.toml'), somebody + 1, -1);
  expect(as('status')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('belongs to another user'),
  });
});

/** Folder names that Node's permission flags might read as more than a name, and whether Node does. */
const names = [
  '*',
  'st*r',
  'star*',
  'a**b',
  'q?m',
  'br[a]c',
  'com,ma',
  'back\\slash',
  'brace{a,b}',
  'a b',
  '\'"',
  'new\nline',
  '%2a',
];

test.each(names)(
  'a home below a folder called %j opens no more than its inbox to the listener',
  async (name) => {
    const folder = join(await tempFolder(), name);
    mkdirSync(folder, { mode: 0o700 });
    const home = join(folder, 'h');
    const listen = `127.0.0.1:${await takePort()}`;
    const init = await runHere([
      'init',
      '--name',
      'A',
      '--no-passphrase',
      '--home',
      home,
      '--listen',
      listen,
      '--address',
      listen,
    ]);
    if (name.includes('*')) {
      expect([init.code, init.stderr]).toEqual([
        1,
        expect.stringMatching(/contains a \*: .+\ncryptochat: hint: rename/u),
      ]);
      expect(readdirSync(folder)).toEqual([]);
      return;
    }
    expect(init.code).toBe(0);
    const inbox = join(home, 'inbox');
    const words = await listenerArguments({ inbox, host: '127.0.0.1', port: 0 });
    const flags = words.slice(0, words.indexOf('--inbox') - 1);
    const reads = (path: string): string =>
      `try { fs.readFileSync(${JSON.stringify(path)}); process.stdout.write(${JSON.stringify(`${path}\n`)}) } catch {}`;
    const own = join(inbox, 'slots.json');
    const code = `const fs = require('node:fs'); ${[own, join(home, 'keys/vault.json'), join(home, 'config.toml')].map(reads).join(';')}`;
    expect((await runHere(['status', '--home', home])).code).toBe(0);
    expect(existsSync(own)).toBe(true);
    expect(spawnSync(process.execPath, [...flags, '-e', code], { encoding: 'utf8' }).stdout).toBe(`${own}\n`);
  },
);

test('refuses a home that was later moved below a folder with a *, even through a link', async () => {
  const { home } = await setUpPerson('Alice');
  const folder = join(await tempFolder(), 'a*');
  mkdirSync(folder, { mode: 0o700 });
  renameSync(home, join(folder, 'home'));
  symlinkSync(join(folder, 'home'), home);
  for (const words of [['status'], ['listen'], ['sync']]) {
    const ran = await runHere([...words, '--home', home]);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('contains a *')]);
  }
  await expect(listenerArguments({ inbox: join(home, 'inbox'), host: '::', port: 0 })).rejects.toThrow(
    'contains a *',
  );
  expect(await until('no listener', async () => (await runningListener(join(home, 'inbox'))) === null)).toBe(
    true,
  );
});
