// The published package as it is installed: the tarball that `npm pack` makes, into an empty prefix.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { shrinkwrapText } from '../../scripts/shrinkwrap.mjs';
import { takePort } from '../support/ports.ts';
import { tempFolder } from '../support/temp-home.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
/** npm asks the registry only for what its cache does not hold. */
const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** The packages that run, and those that load their machine code. */
const installed = [
  '@signalapp/libsignal-client',
  '@signalapp/sqlcipher',
  'node-addon-api',
  'node-gyp-build',
  'type-fest',
];

/** The tracked files as they are now, in a folder of their own: packing builds in it. */
async function copyOfSources(): Promise<string> {
  const folder = join(await tempFolder(), 'sources');
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const name of stdout.split('\n').filter((line) => line !== '' && existsSync(join(root, line)))) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await cp(join(root, name), join(folder, name));
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function packagesIn(modules: string): Promise<readonly string[]> {
  const names = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  const scoped = names.filter((name) => name.startsWith('@'));
  const inScopes = await Promise.all(
    scoped.map(async (scope) => (await readdir(join(modules, scope))).map((name) => `${scope}/${name}`)),
  );
  return [...names.filter((name) => !name.startsWith('@')), ...inScopes.flat()].toSorted();
}

test('the packed package installs what it needs at run time and nothing else, and starts', async () => {
  const folder = await copyOfSources();
  const out = await tempFolder();
  await run('npm', ['pack', '--pack-destination', out, ...quietly], { cwd: folder });
  expect(existsSync(join(folder, 'npm-shrinkwrap.json'))).toBe(false);
  const [tarball = ''] = await readdir(out);
  const prefix = await tempFolder();
  await run('npm', ['install', '--global', '--prefix', prefix, ...quietly, join(out, tarball)]);
  const home = join(prefix, 'lib', 'node_modules', 'cryptochat');
  expect(await packagesIn(join(home, 'node_modules'))).toEqual(installed.toSorted());
  expect(await readFile(join(home, 'npm-shrinkwrap.json'), 'utf8')).toBe(shrinkwrapText());

  const program = join(prefix, 'bin', 'cryptochat');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect((await run(program, ['--version'])).stdout).toBe(`${version}\n`);
  const own = join(await tempFolder(), 'home');
  const address = `127.0.0.1:${await takePort()}`;
  const init = [
    'init',
    '--name',
    'A',
    '--no-passphrase',
    '--listen',
    address,
    '--address',
    address,
    '--home',
    own,
  ];
  await run(program, init);
  expect((await run(program, ['sync', '--home', own])).stderr).toContain('0 unread');
  await run(program, ['listen', '--stop', '--home', own]);
});

test('everything that is bundled is a package of development, and what is not is locked for whoever installs', () => {
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  expect(Object.keys(about.dependencies)).toEqual(['@signalapp/libsignal-client', '@signalapp/sqlcipher']);
  for (const name of ['ink', 'react', 'meow', 'got', 'chokidar', 'ink-testing-library'])
    expect(about.devDependencies).toHaveProperty(name);
  const { packages } = JSON.parse(shrinkwrapText()) as {
    packages: Record<string, { integrity?: string; dev?: boolean; devDependencies?: unknown }>;
  };
  const { '': own, ...others } = packages;
  expect(own?.devDependencies).toBeUndefined();
  expect(Object.keys(others)).toEqual(installed.map((name) => `node_modules/${name}`));
  for (const one of Object.values(others)) expect(one.integrity).toMatch(/^sha512-/u);
});
