import { describe, expect, test } from 'vitest';
import { plainThemes, themeRoles, type Background, type ThemeFile } from '../../../source/core/themes.ts';
import { luminanceOf, rgbOf, type Depth } from '../../../source/ui/model/pens.ts';
import { looksOf, styled, stylesOf } from '../../../source/ui/model/theme.ts';
import { mountScreen, type MountOptions, type Mounted } from '../support/mount.ts';
import { sampleClient } from '../support/samples.ts';

async function conversation(options: MountOptions): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(sampleClient()) }, options);
  await mounted.sees('on my way');
  return mounted;
}

/** How what is drawn of the sample looks: number of the colour in the palette, background, marks. */
const drawn: Readonly<Record<string, readonly string[]>> = {
  auto: ['6', '6 bold', '2', '3', 'dim'],
  dark: ['6', '6 bold', '2', '3', 'dim'],
  light: ['4', '4 bold', '4', '5 bold', 'dim'],
  'high-contrast': ['bold underline', 'bold', '', 'bold', ''],
  none: ['bold', 'bold', '', '', 'dim'],
};

function looksIn(mounted: Mounted): readonly string[] {
  return ['❯ write', '┃', 'verified ✓', 'away', '───'].map(mounted.lookOf);
}

test.each(Object.keys(drawn))('%s in 16 colours', async (theme) => {
  expect(looksIn(await conversation({ settings: { theme } }))).toEqual(drawn[theme]);
});

test('NO_COLOR takes the colours of every theme', async () => {
  const mounted = await conversation({ settings: { theme: 'high-contrast' }, env: { NO_COLOR: '1' } });
  expect(looksIn(mounted)).toEqual(drawn['none']);
});

const full: Depth = 16_777_216;

/** Backgrounds of terminals and of the themes that people give them. */
const backgrounds: Readonly<Record<Background, readonly string[]>> = {
  dark: [
    '#000000',
    '#0d1117',
    '#1a1b26',
    '#1d2021',
    '#1e1e1e',
    '#002b36',
    '#282a36',
    '#282c34',
    '#2e3440',
    '#300a24',
  ],
  light: ['#ffffff', '#fafafa', '#fdf6e3', '#eff1f5', '#fbf1c7', '#eeeeee'],
};

function contrast(one: string | number, other: string | number): number {
  const [dark = 0, light = 0] = [one, other]
    .map((colour) => luminanceOf(rgbOf(colour as `#${string}` | number)))
    .toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(plainThemes)('the contrast of %s', (theme) => {
  const fitting = theme === 'dark' || theme === 'light' ? [theme] : (['dark', 'light'] as const);
  const least = theme === 'high-contrast' ? 7 : 4.5;
  test.each(
    fitting.flatMap((background) => backgrounds[background].map((behind) => [background, behind] as const)),
  )('on %s %s', (background, behind) => {
    const styles = stylesOf(theme, { depth: full, background });
    for (const [look, { color, background: own }] of Object.entries(styles)) {
      // Without a colour it is the text of the terminal, on its own background.
      if (color === undefined) continue;
      expect(contrast(color, own ?? behind), `${look} ${color} on ${own ?? behind}`).toBeGreaterThanOrEqual(
        least,
      );
    }
  });
});

test('the contrast stays in 256 colours', () => {
  for (const background of ['dark', 'light'] as const) {
    const looks = looksOf('auto', new Map(), { depth: 256, background });
    for (const role of themeRoles) {
      const [, number] = /38;5;(\d+)/u.exec(looks[role].on) ?? [];
      if (number === undefined) continue;
      for (const behind of backgrounds[background])
        expect(contrast(Number(number), behind), `${role} on ${behind}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test('a theme for a light background uses no colour of the 16 that is pale on white', () => {
  const pale = new Set<unknown>([2, 3, 6, 7]);
  const used = Object.values(stylesOf('light', { depth: 16, background: 'light' })).map(({ color }) => color);
  expect(used.filter((colour) => pale.has(colour))).toEqual([]);
});

test.each(['dark', 'light', null] as const)(
  'high contrast dims nothing and does not shout with ticks (%s)',
  (background) => {
    const styles = stylesOf('high-contrast', { depth: full, background });
    expect(Object.values(styles).filter(({ dim }) => dim)).toEqual([]);
    expect(styles.good).toEqual({});
  },
);

test('auto follows the background', () => {
  const looks = (background: Background | null) => looksOf('auto', new Map(), { depth: full, background });
  expect(looks('light')).toEqual(looksOf('light', new Map(), { depth: full, background: null }));
  expect(looks('dark')).toEqual(looksOf('dark', new Map(), { depth: full, background: null }));
  expect(looks(null)).toBe(looks(null));
  expect(looks(null)).toEqual(looks('dark'));
});

const dusk: ThemeFile = {
  base: null,
  roles: { accent: { color: '#7aa2f7' }, warn: { color: 3, bold: true } },
  on: { dark: {}, light: { accent: { color: '#34548a' } } },
};
const files = new Map([['dusk', dusk]]);

test('a theme file replaces roles, and differs by the background where it says so', () => {
  const on = (background: Background, depth: Depth = full) => looksOf('dusk', files, { depth, background });
  expect(styled('x', on('dark').accent)).toBe('\u001b[38;2;122;162;247mx\u001b[39m');
  expect(styled('x', on('light').accent)).toBe('\u001b[38;2;52;84;138mx\u001b[39m');
  expect(styled('x', on('dark').warn)).toBe('\u001b[1m\u001b[33mx\u001b[39m\u001b[22m');
  expect(on('light').bad).toEqual(looksOf('light', files, { depth: full, background: null }).bad);
  expect(styled('x', on('dark', 0).accent)).toBe('\u001b[1mx\u001b[22m');
  expect(on('dark')).toBe(on('dark'));
});

test('a QR code looks alike in every theme', () => {
  for (const theme of ['dark', 'light', 'high-contrast', 'dusk'])
    expect(styled('x', looksOf(theme, files, { depth: full, background: 'light' }).code)).toBe(
      '\u001b[38;2;0;0;0m\u001b[48;2;255;255;255mx\u001b[49m\u001b[39m',
    );
});
