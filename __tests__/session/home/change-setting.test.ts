import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultSettings, type SettingValue } from '../../../source/core/settings.ts';
import { changeSetting } from '../../../source/session/home/change-setting.ts';
import { defaultConfig, loadSettings, saveConfig } from '../../../source/session/home/config.ts';

let home = '';
let file = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cc-'));
  file = join(home, 'config.toml');
});

afterEach(() => rm(home, { recursive: true, force: true }));

/** Text before, what is set to what, text after. */
const changes: ReadonlyArray<readonly [string, string, SettingValue, string]> = [
  ['', 'theme', 'light', 'theme = "light"\n'],
  ['theme = "dark"\n', 'theme', 'light', 'theme = "light"\n'],
  ['theme = "dark"', 'theme', 'light', 'theme = "light"'],
  ["theme='dark'#x", 'theme', 'none', 'theme="none"#x'],
  [
    '# mine\n\n  theme   =   "dark"   # why\n\nlisten = "[::]:1"\n\n\n',
    'theme',
    'light',
    '# mine\n\n  theme   =   "light"   # why\n\nlisten = "[::]:1"\n\n\n',
  ],
  ['# theme = "dark"\n', 'theme', 'light', '# theme = "dark"\ntheme = "light"\n'],
  ['listen = "[::]:1" # theme', 'theme', 'light', 'listen = "[::]:1" # theme\ntheme = "light"\n'],
  ['keep_listening = true\t# yes\r\n', 'keep_listening', false, 'keep_listening = false\t# yes\r\n'],
  ['listen = "[::]:1"\r\n', 'keep_listening', false, 'listen = "[::]:1"\r\nkeep_listening = false\r\n'],
  ['address = "a.example:1" # "b"\n', 'address', '', 'address = "" # "b"\n'],
  ['"theme" = """\ndark"""\n# end\n', 'theme', 'none', '"theme" = "none"\n# end\n'],
  [
    '# top\n# of the keys\n[keys]\nsend = ["ctrl+s"]\n',
    'theme',
    'none',
    '# top\n# of the keys\n[keys]\nsend = ["ctrl+s"]\n'.replace('# top', 'theme = "none"\n\n# top'),
  ],
  ['', 'keys.send', ['ctrl+s', 'f5'], '[keys]\nsend = ["ctrl+s", "f5"]\n'],
  ['theme = "dark"\n', 'keys.send', [], 'theme = "dark"\n[keys]\nsend = []\n'],
  ['[keys]\n# one\nquit = ["f10"]\n', 'keys.send', ['f5'], '[keys]\nsend = ["f5"]\n# one\nquit = ["f10"]\n'],
  ['[keys]\nsend = ["a", # why\n  "b"]\n# two\n', 'keys.send', ['f5'], '[keys]\nsend = ["f5"]\n# two\n'],
  ['keys.quit = ["f10"]\n', 'keys.send', ['f5'], 'keys.send = ["f5"]\nkeys.quit = ["f10"]\n'],
  ['keys.send = ["f10"] # x\n', 'keys.send', ['f5'], 'keys.send = ["f5"] # x\n'],
];

test.each(changes)('%j with %s = %j', async (before, name, value, after) => {
  await writeFile(file, before);
  const settings = await changeSetting(home, name.split('.'), value);
  expect(await readFile(file, 'utf8')).toBe(after);
  expect(settings).toEqual(await loadSettings(home));
  expect(await readdir(home)).toEqual(['config.toml']);
});

test('writes a missing file, for its owner alone', async () => {
  expect(await changeSetting(home, ['theme'], 'none')).toEqual({ ...defaultSettings, theme: 'none' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('changes every setting of a new file, one after the other, and keeps every comment', async () => {
  await saveConfig(home, defaultConfig);
  const comments = async (): Promise<readonly string[]> =>
    (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('#'));
  const before = await comments();
  const wanted = {
    listen: '127.0.0.1:9',
    address: '',
    keep_listening: false,
    lock_after: '15m',
    theme: 'high-contrast',
    notifications: 'off',
    notify_by: 'both',
  };
  for (const [name, value] of Object.entries(wanted)) await changeSetting(home, [name], value);
  await changeSetting(home, ['keys', 'send'], ['ctrl+s']);
  expect(await loadSettings(home)).toMatchObject({ ...wanted, keys: { send: ['ctrl+s'] } });
  expect(await comments()).toEqual(before);
});

test('a link to another file stays a link', async () => {
  const other = join(home, 'other.toml');
  await writeFile(other, '# mine\ntheme = "dark"\n');
  await symlink(other, file);
  await changeSetting(home, ['theme'], 'light');
  expect((await lstat(file)).isSymbolicLink()).toBe(true);
  expect(await readFile(other, 'utf8')).toBe('# mine\ntheme = "light"\n');
});

test.each([
  ['theme = "dark"\nno = ', 'config-bad', 'config.toml line 2'],
  ['theme = "dark"\nzzz = 1', 'config-bad', 'config.toml line 2: zzz is not a setting'],
  [
    'keys = { send = ["f5"] }\n',
    'setting-bad',
    'keys.quit is written in config.toml in a form that cryptochat cannot change',
  ],
])('%j is not touched', async (text, code, message) => {
  await writeFile(file, text);
  const name = code === 'config-bad' ? ['theme'] : ['keys', 'quit'];
  const error = await changeSetting(home, name, code === 'config-bad' ? 'light' : ['f5']).catch(
    (e: unknown) => e,
  );
  expect(error).toMatchObject({ code });
  expect((error as Error).message).toContain(message);
  expect(await readFile(file, 'utf8')).toBe(text);
});

test.each([
  [['theme'], 'dr/ak', 'theme must be auto, dark, light, high-contrast, none, or the name of a theme file'],
  [['keep_listening'], 'yes', 'keep_listening must be true or false'],
  [['lock_after'], '9s', 'lock_after must be a time like 15m'],
  [['them'], 'dark', 'them is not a setting, did you mean theme'],
  [['theme', 'x'], 'dark', 'theme.x is not a setting'],
  [['keys'], ['f5'], 'keys is not a setting'],
  [['keys', 'send'], 'f5', 'keys.send must be a list of keys'],
  [['__proto__'], 'x', '__proto__ is not a setting'],
])('%j = %j is refused', async (path, value, message) => {
  const error = await changeSetting(home, path, value).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'setting-bad', exit: 2 });
  expect((error as Error).message).toContain(message);
  expect(await readdir(home)).toEqual([]);
});

test.skipIf(process.getuid?.() === 0)(
  'reports a folder that cannot be written, and loses nothing',
  async () => {
    await writeFile(file, 'theme = "dark"\n');
    await chmod(home, 0o500);
    const error = await changeSetting(home, ['theme'], 'light').catch((reason: unknown) => reason);
    await chmod(home, 0o700);
    expect(error).toMatchObject({ code: 'disk-failed' });
    expect(await readFile(file, 'utf8')).toBe('theme = "dark"\n');
  },
);
