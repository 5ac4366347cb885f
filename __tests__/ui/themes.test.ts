import { expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { defaultSettings, type Settings } from '../../source/core/settings.ts';
import type { ReadThemes, ThemeFile, Themes } from '../../source/core/themes.ts';
import type { SaveSetting } from '../../source/ui/desk/desk.ts';
import { until } from '../support/until.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from './support/mount.ts';
import { sampleClient } from './support/samples.ts';

const red: ThemeFile = { base: 'dark', roles: { accent: { color: 1 } }, on: { dark: {}, light: {} } };
const fault = 'dusk.toml line 2: warn has no colour: "blau"';
const some: Themes = { files: new Map([['mine', red]]), faults: new Map([['dusk', fault]]) };

type Opened = { readonly mounted: Mounted; readonly saved: readonly unknown[]; readonly reads: () => number };

async function opened(options: MountOptions = {}, fails?: ChatError): Promise<Opened> {
  let now: Settings = { ...defaultSettings, ...options.settings };
  const saved: unknown[] = [];
  let reads = 0;
  const saveSetting: SaveSetting = ([name = ''], value) => {
    if (fails) return Promise.reject(fails);
    saved.push(value);
    now = { ...now, [name]: value };
    return Promise.resolve(now);
  };
  const readThemes: ReadThemes = () => {
    reads += 1;
    return Promise.resolve(some);
  };
  const door = { kind: 'ready', open: () => Promise.resolve(sampleClient()) } as const;
  const mounted = mountScreen(door, { saveSetting, readThemes, ...options });
  await mounted.sees('on my way');
  return { mounted, saved, reads: () => reads };
}

test.each([
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
] as const)('the list of themes at %s', async (name, size) => {
  const { mounted } = await opened(size);
  mounted.type('/theme\r');
  await mounted.sees('❯ auto');
  mounted.type('\u001b[B');
  await mounted.sees('❯ dark');
  await expectFrame(mounted, `themes-${name}`);
});

test('the screen is drawn with the chosen theme, which Enter keeps and Escape does not', async () => {
  const { mounted, saved } = await opened();
  mounted.type('/theme\r');
  await mounted.sees('❯ auto');
  expect(mounted.lookOf('bob verified')).toBe('6');
  mounted.type('\u001b[B\u001b[B');
  await mounted.sees('❯ light');
  await until('it is light', () => mounted.lookOf('bob verified') === '4');
  mounted.type('\u001b');
  await mounted.sees('❯ write to bob');
  await until('it is as before', () => mounted.lookOf('❯ write') === '6');
  mounted.type('/theme\r');
  await mounted.sees('❯ auto');
  mounted.type(`${'\u001b[B'.repeat(6)}\r`);
  await mounted.sees('theme: mine');
  await until('it is mine', () => mounted.lookOf('❯ write') === '1');
  expect(saved).toEqual(['mine']);
});

test('says why a file cannot be used, and does not use it', async () => {
  const { mounted, saved, reads } = await opened();
  await until('they are read after the start', () => reads() === 1);
  mounted.type(`/theme\r${'\u001b[B'.repeat(5)}`);
  await mounted.sees('❯ dusk');
  await mounted.sees('cannot be used');
  await mounted.sees('dusk.toml line 2: warn has no colour');
  mounted.type('\r\u001b[A');
  await mounted.sees('❯ none');
  expect(saved).toEqual([]);
});

test('reports in the list when a setting cannot be written', async () => {
  const { mounted } = await opened({}, new ChatError('disk-full'));
  mounted.type('/theme\r');
  await mounted.sees('❯ auto');
  mounted.type('\u001b[B\r');
  await mounted.sees(/│ error: /u);
});

test.each([
  ['mnie', 'error: there is no theme mnie', 'hint: the nearest is mine'],
  ['frobnicate', 'error: there is no theme frobnicate', 'hint: /theme lists the themes'],
  ['dusk', `error: ${fault}`, 'hint: correct the file'],
])('/theme %s changes nothing and says why', async (name, error, hint) => {
  const { mounted, saved } = await opened();
  mounted.type(`/theme ${name}\r`);
  await mounted.sees(error);
  await mounted.sees(hint);
  mounted.type(`/set theme ${name}\r`);
  await mounted.sees(error);
  expect(saved).toEqual([]);
});

test('the files are read again at each /theme', async () => {
  const { mounted, reads } = await opened();
  await until('they are read after the start', () => reads() === 1);
  mounted.type('/theme mine\r');
  await mounted.sees('theme: mine');
  expect(reads()).toBe(2);
});

test('a broken theme does not stop the start: auto is used, and a line says why', async () => {
  const { mounted } = await opened({
    columns: 120,
    settings: { theme: 'dusk' },
    themes: { files: new Map(), faults: some.faults },
  });
  await mounted.sees(`error: ${fault}`);
  await mounted.sees('hint: the theme auto is used until you correct it');
  expect(mounted.lookOf('❯ write')).toBe('6');
});

test('names of theme files are completed', async () => {
  const { mounted, reads } = await opened();
  await until('they are read after the start', () => reads() === 1);
  mounted.type('/theme mi');
  await mounted.sees('Values');
  mounted.type('\t\r');
  await mounted.sees('theme: mine');
});

test('reports a theme whose file is gone, and uses auto', async () => {
  const { mounted } = await opened({ settings: { theme: 'gone' } });
  await mounted.sees('error: there is no theme gone');
  await mounted.sees('hint: the theme auto is used until you correct it');
});

test('reads a theme beyond the listed ones by its name, and keeps it', async () => {
  const asked: Array<string | undefined> = [];
  const files = new Map([['mine', red]]);
  const readThemes: ReadThemes = (name) => {
    asked.push(name);
    return Promise.resolve(
      name === 'mine' ? { files, faults: new Map() } : { files: new Map(), faults: new Map() },
    );
  };
  const themes = { files, faults: new Map() };
  const { mounted } = await opened({ settings: { theme: 'mine' }, themes, readThemes });
  await until('it is read', () => asked.length === 2);
  expect(asked).toEqual([undefined, 'mine']);
  mounted.type('x');
  await mounted.sees('❯ x');
  expect(mounted.lookOf('❯ x')).toBe('1');
});
