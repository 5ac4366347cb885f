import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeSetting } from '../../../source/session/home/change-setting.ts';
import { defaultConfig, loadSettings } from '../../../source/session/home/config.ts';
import { guardHome } from '../../../source/session/home/guard-home.ts';
import { makeFolders } from '../../../source/session/home/make-folders.ts';
import { homePaths, resolveHome } from '../../../source/session/control/home-paths.ts';
import { setUpHome } from '../../../source/session/home/set-up.ts';
import { openDatabase } from '../../../source/store/database.ts';
import { tempFolder } from '../../support/temp-home.ts';

async function newHome(): Promise<{ readonly home: string; readonly databaseKey: Uint8Array<ArrayBuffer> }> {
  const home = join(await tempFolder(), 'home');
  return { home, databaseKey: await setUpHome({ home, name: 'alice', passphrase: null, ...defaultConfig }) };
}

test('names each thing of a home that has the wrong shape', async () => {
  const { home } = await newHome();
  guardHome(home);
  const pipe = (path: string): void => void execFileSync('mkfifo', [path]);
  const folder = (path: string): Promise<string | undefined> => mkdir(join(path, 'x'), { recursive: true });
  const file = (path: string): Promise<void> => writeFile(path, 'x');
  const lost = (path: string): Promise<void> => symlink('nowhere', path);
  const cases: ReadonlyArray<readonly [string, (path: string) => unknown, RegExp]> = [
    ['config.toml', folder, /config\.toml is a folder, not a file/u],
    ['config.toml', pipe, /config\.toml is a pipe, not a file/u],
    ['config.toml', lost, /config\.toml is a broken symbolic link/u],
    ['keys/control', folder, /control is a folder/u],
    ['keys/control', pipe, /control is a pipe/u],
    ['keys/vault.json', pipe, /vault\.json is a pipe/u],
    ['keys/chat.db', folder, /chat\.db is a folder/u],
    ['keys/chat.db', lost, /chat\.db is a broken symbolic link/u],
    ['keys', file, /keys is a file, not a folder/u],
    ['inbox', file, /inbox is a file, not a folder/u],
    ['inbox/new', file, /new is a file, not a folder/u],
    ['inbox/slots.json', folder, /slots\.json is a folder/u],
    ['inbox/listener.json', pipe, /listener\.json is a pipe/u],
    ['.', file, /home is a file, not a folder/u],
  ];
  for (const [name, damage, told] of cases) {
    const copy = join(await tempFolder(), 'home');
    await cp(home, copy, { recursive: true });
    await rm(join(copy, name), { recursive: true, force: true });
    await damage(join(copy, name));
    expect(() => guardHome(copy)).toThrow(
      expect.objectContaining({ code: 'home-shape', exit: 1, message: expect.stringMatching(told) }),
    );
  }
  const inFile = join(await tempFolder(), 'file');
  await writeFile(inFile, '');
  expect(() => guardHome(join(inFile, 'a', 'home'))).toThrow('file is a file, not a folder');
});

test('never refills a database that lost its contents', async () => {
  const { home, databaseKey } = await newHome();
  const { database } = homePaths(home);
  const damaged = expect.objectContaining({ code: 'database-damaged' });
  for (const bytes of [5000, 3000, 1, 0]) {
    await truncate(database, bytes);
    expect(() => openDatabase(database, databaseKey)).toThrow(damaged);
    expect((await stat(database)).size).toBe(bytes);
  }
  expect(() => guardHome(home)).toThrow(damaged);
});

test('refuses a settings file that is not UTF-8 by its line, and leaves it unchanged', async () => {
  const { home } = await newHome();
  const { config } = homePaths(home);
  const bytes = Buffer.from('theme = "dark"\n# f\xfcr mich\n', 'latin1');
  await writeFile(config, bytes);
  await expect(loadSettings(home)).rejects.toThrow('config.toml line 2: this is not UTF-8');
  await expect(changeSetting(home, ['theme'], 'light')).rejects.toMatchObject({ code: 'config-bad' });
  expect(await readFile(config)).toEqual(bytes);
});

test('the place of a home has to be absolute: an empty HOME is reported, a relative XDG_DATA_HOME does not count', () => {
  const nowhere = expect.objectContaining({ code: 'home-nowhere' });
  expect(() => resolveHome(undefined, { HOME: '' })).toThrow(nowhere);
  expect(() => resolveHome(undefined, { HOME: 'relative' })).toThrow(nowhere);
  if (process.platform !== 'linux') return;
  expect(resolveHome(undefined, { HOME: '/h', XDG_DATA_HOME: 'relative' })).toBe(
    '/h/.local/share/cryptochat',
  );
  expect(resolveHome(undefined, { HOME: '', XDG_DATA_HOME: '/data' })).toBe('/data/cryptochat');
});

test('makes folders as far as the system allows, and no longer', async () => {
  const deep = join(await tempFolder(), 'a', 'b', 'c');
  makeFolders(deep);
  makeFolders(deep);
  expect((await stat(deep)).mode & 0o777).toBe(0o700);
  if (process.platform === 'linux') expect(() => makeFolders('/proc/nowhere/home')).toThrow('ENOENT');
});
