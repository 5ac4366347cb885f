import { expect, test, vi } from 'vitest';
import { settings, type Theme } from '../../../source/core/settings.ts';
import { hasColourIn, looksOf } from '../../../source/ui/model/theme.ts';
import { mountScreen, type MountOptions, type Mounted } from '../support/mount.ts';
import { sampleClient } from '../support/samples.ts';

// The maker of the sequences looks at the process, once.
vi.hoisted(() => {
  process.env['FORCE_COLOR'] = '1';
});

async function conversation(options: MountOptions): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(sampleClient()) }, options);
  await mounted.sees('on my way');
  return mounted;
}

/** How what is drawn of the sample looks: number of the colour in the palette, background, marks. */
const drawn = {
  dark: ['6', '6 bold', '2', '3', 'dim'],
  light: ['4', '4 bold', '4', '5 bold', 'dim'],
  'high-contrast': ['bold underline', 'bold', '0 on 10 bold', '0 on 11 bold', ''],
  none: ['bold', 'bold', '', '', 'dim'],
} as const satisfies Record<Theme, readonly string[]>;

function looksIn(mounted: Mounted): readonly string[] {
  return ['❯ write', '┃', 'compared ✓', 'away', '───'].map(mounted.lookOf);
}

test.each(settings.theme.values)('%s', async (theme) => {
  expect(looksIn(await conversation({ settings: { theme } }))).toEqual(drawn[theme]);
});

test('NO_COLOR takes the colours of every theme', async () => {
  const mounted = await conversation({ settings: { theme: 'high-contrast' }, env: { NO_COLOR: '1' } });
  expect(looksIn(mounted)).toEqual(drawn.none);
});

test.each([
  [{}, true],
  [{ NO_COLOR: '' }, true],
  [{ NO_COLOR: '1' }, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true],
])('%j: colours %s', (env, hasColour) => {
  expect(hasColourIn(env)).toBe(hasColour);
});

test('a theme for a light background uses no colour that is pale on white', () => {
  const pale = new Set(['yellow', 'cyan', 'green', 'white', 'gray']);
  const used = Object.values(looksOf('light', true)).map(({ color }) => color ?? '');
  expect(used.filter((colour) => pale.has(colour))).toEqual([]);
});

test('high contrast dims nothing', () => {
  const styles = Object.values(looksOf('high-contrast', true));
  expect(styles.filter(({ dimColor }) => dimColor)).toEqual([]);
});
