import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChatError } from '../../../source/core/errors.ts';
import { limits } from '../../../source/core/limits.ts';
import { themesFolder } from '../../../source/session/control/home-paths.ts';
import { readTheme } from '../../../source/session/home/theme-file.ts';
import { themeReader } from '../../../source/session/home/themes.ts';

const read = (toml: string) => readTheme('dusk.toml', Buffer.from(toml));

test('a file sets roles by a colour or by a style', () => {
  expect(
    read(`base = "light"
      accent = "#7AA2F7"
      good = 70
      warn = "bright-yellow"
      dim = "default"
      bad = { color = "#ffffff", background = "#c00000", bold = true, underline = false }
      [light]
      person1 = "blue"
    `),
  ).toEqual({
    base: 'light',
    roles: {
      accent: { color: '#7aa2f7' },
      good: { color: 70 },
      warn: { color: 11 },
      dim: {},
      bad: { color: '#ffffff', background: '#c00000', bold: true, underline: false },
    },
    on: { dark: {}, light: { person1: { color: 4 } } },
  });
});

test('an empty file is a theme like auto', () => {
  expect(read('')).toEqual({ base: null, roles: {}, on: { dark: {}, light: {} } });
});

test.each([
  [
    'accent = "#7aa2f"',
    'dusk.toml line 1: accent has no colour: "#7aa2f"; a colour is "#rrggbb", a number from 0 to 255, "default" or one of black, red',
  ],
  ['\n\naccent = 256', 'dusk.toml line 3: accent has no colour: this; a colour is'],
  ['accent = -1', 'dusk.toml line 1: accent has no colour'],
  ['accent = 1.5', 'dusk.toml line 1: accent has no colour'],
  ['accent = nan', 'dusk.toml line 1: accent has no colour'],
  ['accent = true', 'dusk.toml line 1: accent has no colour'],
  ['accent = ["#ffffff"]', 'dusk.toml line 1: accent has no colour'],
  ['accent = 1979-05-27', 'dusk.toml line 1: accent has no colour'],
  ['accent = "\\u001b[31m"', 'dusk.toml line 1: accent has no colour: "'],
  ['base = "dusk"', 'dusk.toml line 1: base must be one of dark, light, high-contrast, none'],
  [
    '# x\nacent = "red"',
    'dusk.toml line 2: acent is not a role, did you mean accent; allowed are base, dark, light, plain, strong',
  ],
  ['code = "red"', 'dusk.toml line 1: code is not a role'],
  ['dark = "red"', 'dusk.toml line 1: dark must be a table of roles: [dark]'],
  ['[light]\nbase = "dark"', 'dusk.toml line 2: light.base is not a role'],
  ['[dark]\nperson1 = "blau"', 'dusk.toml line 2: dark.person1 has no colour: "blau"'],
  ['bad = { colour = "red" }', 'dusk.toml line 1: bad.colour is not a part of a style, did you mean color'],
  ['bad = { bold = "yes" }', 'dusk.toml line 1: bad.bold must be true or false'],
  ['[bad]\ncolor = "red"\nbackground = "#12"', 'dusk.toml line 3: bad.background has no colour: "#12"'],
  ['__proto__ = { color = "red" }', 'dusk.toml line 1: '],
  ['constructor = "red"', 'dusk.toml line 1: constructor is not a role'],
  ['accent = \n', 'dusk.toml line 1: '],
])('%j is refused: %s', (toml, message) => {
  let error: unknown;
  try {
    read(toml);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'theme-bad' });
  expect((error as Error).message).toContain(message);
  expect((error as Error).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/u);
});

test('reading any file gives a theme or the reason why not', () => {
  const toml = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('accent', '=', '"#ffffff"', '[', ']', '{', '}', '\n', 'bad', '0', '"', '.', '#'))
      .map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(toml, (text) => {
      try {
        read(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ChatError);
      }
    }),
  );
});

test('bytes that are not UTF-8 are refused', () => {
  expect(() => readTheme('dusk.toml', Buffer.from([0x23, 0xff]))).toThrow('dusk.toml: this is not UTF-8');
});

describe('the folder', () => {
  let config = '';
  let folder = '';

  beforeEach(async () => {
    config = await mkdtemp(join(tmpdir(), 'cc-'));
    folder = join(config, 'cryptochat', 'themes');
    await mkdir(folder, { recursive: true });
  });

  afterEach(() => rm(config, { recursive: true, force: true }));

  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  const reader = () => themeReader({ XDG_CONFIG_HOME: config });

  test('all files are read, and each that cannot be used has its reason', async () => {
    await put('dusk.toml', 'accent = "#7aa2f7"');
    await put('broken.toml', 'accent = "blau"');
    await put('dark.toml', '');
    await put('.hidden.toml', '');
    await put('notes.txt', '');
    await put('Ü.toml', '');
    await put('large.toml', '#'.repeat(limits.themeBytes + 1));
    await put('evil\u001b[31m.toml', '');
    await mkdir(join(folder, 'folder.toml'));
    await symlink('/etc/passwd', join(folder, 'link.toml'));
    execFileSync('mkfifo', [join(folder, 'pipe.toml')]);
    const { files, faults } = await reader()();
    expect([...files.keys()]).toEqual(['dusk']);
    expect(faults.get('broken')).toContain('broken.toml line 1: accent has no colour: "blau"');
    expect(faults.get('dark')).toBe('dark.toml: dark is built in; give the file another name');
    for (const name of ['large', 'folder', 'link', 'pipe'])
      expect(faults.get(name)).toBe(
        `${name}.toml is not a plain file of at most 16384 bytes; links are not followed`,
      );
    expect(faults.get('Ü')).toContain('a theme is called by up to 32 letters');
    expect([...faults.values()].join('')).not.toMatch(/[\u0000-\u001f]/u);
    expect(faults.size).toBe(8);
  });

  test('one file is read by its name, and no other', async () => {
    await put('dusk.toml', '');
    expect([...(await reader()('dusk')).files.keys()]).toEqual(['dusk']);
    expect(await reader()('dawn')).toEqual({ files: new Map(), faults: new Map() });
    expect((await reader()('../dusk')).faults.get('../dusk')).toContain('a theme is called by');
  });

  test('ignores files beyond the limit', async () => {
    await Promise.all(Array.from({ length: limits.themeFiles + 5 }, (_none, at) => put(`t${at}.toml`, '')));
    expect((await reader()()).files.size).toBe(limits.themeFiles);
  });

  test('without a folder there are no themes', async () => {
    await rm(config, { recursive: true });
    expect(await reader()()).toEqual({ files: new Map(), faults: new Map() });
  });

  test('an unreadable file says so', async () => {
    if (process.getuid?.() === 0) return;
    await writeFile(join(folder, 'shut.toml'), '', { mode: 0 });
    expect((await reader()()).faults.get('shut')).toContain('shut.toml: ');
  });
});

test.skipIf(process.platform === 'darwin' || process.platform === 'win32').each([
  [{ XDG_CONFIG_HOME: '/x', HOME: '/home/a' }, '/x/cryptochat/themes'],
  [{ XDG_CONFIG_HOME: 'relative', HOME: '/home/a' }, '/home/a/.config/cryptochat/themes'],
  [{ HOME: '/home/a' }, '/home/a/.config/cryptochat/themes'],
  [{ HOME: '' }, null],
])('%j has its themes in %s', (env, folder) => {
  expect(themesFolder(env)).toBe(folder);
});
