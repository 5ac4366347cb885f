import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillManual, madeFiles, manualPath } from '../scripts/manual.ts';
import { failures } from '../source/core/failures.ts';
import { themeRoles } from '../source/core/themes.ts';
import { readTheme } from '../source/session/home/theme-file.ts';
import { keymap } from '../source/ui/keymap.ts';

const manual = readFileSync(manualPath, 'utf8');

test('the tables of the manual are those of the sources (npm run manual makes them)', async () => {
  expect(await fillManual(manual)).toBe(manual);
});

test.each(madeFiles)('%s is what the sources make (npm run manual writes it)', (path, text) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text);
});

test('a stale table is made anew', async () => {
  expect(await fillManual(manual.replace('list contacts', 'something else'))).toBe(manual);
});

test('every key and every place of the key map is in it', () => {
  for (const { help } of keymap) expect(manual).toContain(` ${help} `);
});

test('every exit code of a failure is in it', () => {
  for (const { exit } of Object.values(failures))
    expect(manual).toMatch(new RegExp(`^\\| ${exit} +\\|`, 'mu'));
});

test('the example of a theme file is one, and has every role', () => {
  const [, toml = ''] = /<!-- example theme -->\s+```toml\n([^]*?)```/u.exec(manual) ?? [];
  const { base, roles, on } = readTheme('dusk.toml', Buffer.from(toml));
  expect(base).toBe('dark');
  expect(Object.keys(roles).toSorted()).toEqual([...themeRoles].toSorted());
  expect(on.light).toEqual({ accent: { color: '#34548a' } });
});
