import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultConfig, loadConfig, loadSettings, saveConfig } from '../../../source/session/home/config.ts';
import { defaultSettings, settingNames } from '../../../source/core/settings.ts';
import { newSocketPath } from '../../../source/session/control/path.ts';
import { homePaths, resolveHome } from '../../../source/session/control/home-paths.ts';

let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cc-'));
});

afterEach(() => rm(home, { recursive: true, force: true }));

const write = (text: string) => writeFile(join(home, 'config.toml'), text);

test('an address that says onion switches it on in a new home', async () => {
  await saveConfig(home, { listen: '127.0.0.1:9000', address: 'onion h:1', keepListening: true });
  expect(await loadConfig(home)).toMatchObject({ address: 'onion h:1', onion: true });
});

test('loads a saved config', async () => {
  const config = {
    listen: '[::]:9000',
    address: '[fd00::1]:9000',
    keepListening: false,
    lend: false,
    proxy: 'socks5://me:"secret@127.0.0.1:9050',
    onion: false,
    mapPort: false,
  };
  await saveConfig(home, config);
  expect(await loadConfig(home)).toEqual(config);
});

test('saving replaces the whole file, leaves nothing beside it, and is for the owner alone', async () => {
  await saveConfig(home, defaultConfig);
  await saveConfig(home, { ...defaultConfig, address: 'example.org:8080' });
  expect(await loadConfig(home)).toEqual({ ...defaultConfig, address: 'example.org:8080' });
  expect(await readdir(home)).toEqual(['config.toml']);
  expect((await stat(join(home, 'config.toml'))).mode & 0o777).toBe(0o600);
});

test('every key has a comment above it', async () => {
  await saveConfig(home, defaultConfig);
  const lines = (await readFile(join(home, 'config.toml'), 'utf8')).split('\n');
  for (const [at, line] of lines.entries()) {
    if (line.includes('=') && !line.startsWith('#')) expect(lines[at - 1]).toMatch(/^# /u);
  }
});

test('no file, an empty file and a comment mean the defaults', async () => {
  expect(await loadConfig(home)).toEqual(defaultConfig);
  await write('');
  expect(await loadConfig(home)).toEqual(defaultConfig);
  await write('# listen = "nonsense"\n');
  expect(await loadConfig(home)).toEqual(defaultConfig);
});

test.each([
  ['no = ', 'config.toml line 1: '],
  ['\n\nlisten = "[::]"', 'config.toml line 3: listen must be HOST:PORT, with an IPv6 host in brackets'],
  ['listen = 8080', 'config.toml line 1: listen must be text in quotes'],
  [
    '# one\naddress = "nowhere"',
    'config.toml line 2: address must be HOST:PORT, several separated by spaces, or empty',
  ],
  ['keep_listening = "yes"', 'config.toml line 1: keep_listening must be true or false'],
  ['lisen = "[::]:1"', 'config.toml line 1: lisen is not a setting, did you mean listen'],
  ['\n[adress]\nx = 1', 'config.toml line 2: adress is not a setting, did you mean address'],
  [
    '"keep-listening" = true',
    'config.toml line 1: keep-listening is not a setting, did you mean keep_listening',
  ],
  [
    '\n\nproxy = "127.0.0.1:9050"',
    'config.toml line 3: proxy must be socks5://HOST:PORT or http://HOST:PORT',
  ],
  ['proxy = "socks5://127.0.0.1"', 'config.toml line 1: proxy must be socks5://HOST:PORT'],
  ['proxy = "socks5://abc.onion:9050"', 'config.toml line 1: proxy must be socks5://HOST:PORT'],
  ['proxy = false', 'config.toml line 1: proxy must be text in quotes'],
  ['lock_after = 15', 'config.toml line 1: lock_after must be text in quotes'],
  ['lock_after = "9s"', 'config.toml line 1: lock_after must be a time like 15m, from 10s to 24h, or empty'],
  ['lock_after = "25h"', 'config.toml line 1: lock_after must be a time like 15m'],
  ['lock_after = "never"', 'config.toml line 1: lock_after must be a time like 15m'],
  [
    'theme = "my theme"',
    'config.toml line 1: theme must be auto, dark, light, high-contrast, none, or the name of',
  ],
  ['theme = "../x"', 'config.toml line 1: theme must be auto'],
  [
    'quiet_hours = "22-7"',
    'config.toml line 1: quiet_hours must be two times of the day like 22:00-07:00, or empty',
  ],
  ['keys = 1', 'config.toml line 1: keys must be a table of actions: [keys]'],
  ['# a\n[keys]\n# b\nsend = "ctrl+s"', 'config.toml line 4: keys.send must be a list of keys, like'],
  [
    '[keys]\nquit = []\nsend = [\n  "ctrl+s",\n  1,\n]',
    'config.toml line 3: keys.send.1 must be a list of keys',
  ],
  ['theme = "dark"\nkeys.send = [true]', 'config.toml line 2: keys.send.0 must be a list of keys'],
  ['\nkeys = { send = 1 }', 'config.toml line 2: keys.send must be a list of keys'],
  ['[keys]\nsend = ["ctrl+s"]\ntheme = "light"', 'config.toml line 3: keys.theme must be a list of keys'],
  ['[[keys]]\nsend = []', 'config.toml line 1: keys.0 must be a list of keys'],
  ['zzz = 1', 'config.toml line 1: zzz is not a setting'],
  ['__proto__ = 1', 'config.toml'],
])('%j is refused with its line and key', async (text, message) => {
  await write(text);
  const error = await loadConfig(home).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'config-bad', exit: 1 });
  expect((error as Error).message).toContain(message);
});

test.each(['15m', '10s', '24h', ''])('accepts lock_after = %j', async (text) => {
  await write(`lock_after = "${text}"`);
  expect(await loadSettings(home)).toEqual({ ...defaultSettings, lock_after: text });
});

test('the error for a wrong proxy reveals no password', async () => {
  const lines = [
    'proxy = "socks4://me:secret@h:1"',
    'proxy = "socks5://me:secret@h"',
    'proxy = socks5://me:secret@h:1',
    'proxy = "socks5://me:secret@h:1',
    'proxy = ["socks5://me:secret@h:1"]',
    'proxy = { a = "socks5://me:secret@h:1" }',
    'proxy.socks5 = "me:secret@h:1"',
    '"proxy\\q" = "socks5://me:secret@h:1"',
  ];
  for (const line of lines) {
    await write(line);
    const error = await loadConfig(home).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'config-bad' });
    expect([line, String(error)]).not.toEqual([line, expect.stringContaining('secret')]);
  }
});

test('a new file has every setting with its default', async () => {
  await saveConfig(home, defaultConfig);
  const text = await readFile(join(home, 'config.toml'), 'utf8');
  for (const name of settingNames) expect(text).toMatch(new RegExp(`^(?:${name} = |# \\[${name}\\]$)`, 'mu'));
  expect(await loadSettings(home)).toEqual(defaultSettings);
});

test('allows an empty address: nobody can reach this machine', async () => {
  await write('address = ""');
  expect(await loadConfig(home)).toEqual({ ...defaultConfig, address: '' });
});

test('--home wins over CRYPTOCHAT_HOME, and that over the data folder', () => {
  expect(resolveHome('/a', { CRYPTOCHAT_HOME: '/b' })).toBe('/a');
  expect(resolveHome(undefined, { CRYPTOCHAT_HOME: '/b' })).toBe('/b');
  expect(resolveHome('relative', {})).toBe(join(process.cwd(), 'relative'));
  expect(resolveHome(undefined, { CRYPTOCHAT_HOME: '' })).toMatch(/cryptochat/u);
});

test('refuses a home whose socket could not be bound', () => {
  const room = 103 - '/keys/.AAAAAAAAAAA'.length;
  const { control } = homePaths(`/${'x'.repeat(room - 1)}`);
  expect(newSocketPath(control)).toHaveLength(103);
  expect(() => homePaths(`/${'x'.repeat(room)}`)).toThrow(expect.objectContaining({ code: 'path-long' }));
});
