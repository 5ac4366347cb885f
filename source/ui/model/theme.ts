import {
  type Background,
  type PlainTheme,
  plainThemes,
  type Roles,
  type Style,
  type ThemeFile,
} from '../../core/themes.ts';
import type { Look } from '../text/line.ts';
import { type Depth, penOf, type Pen } from './pens.ts';

/** The styles of all looks. */
type Styles = Readonly<Record<Look, Style>>;

/** The pen of each look. */
export type Looks = Readonly<Record<Look, Pen>>;

/** The text with the escapes of a pen around it. */
export function styled(text: string, { on, off }: Pen): string {
  return on === '' ? text : on + text + off;
}

/** A camera reads these, whatever the theme. */
const ofQrCodes = {
  code: { color: '#000000', background: '#ffffff' },
  ink: { color: '#ffffff', background: '#000000' },
} as const satisfies Partial<Record<Look, Style>>;

/** Text that has the terminal's own colour. */
const ofText = {
  plain: {},
  strong: { bold: true },
  italic: { italic: true },
  link: { underline: true },
  struck: { strikethrough: true },
  chosen: { inverse: true },
} as const satisfies Partial<Record<Look, Style>>;

const [red, green, yellow, blue, magenta, cyan] = [1, 2, 3, 4, 5, 6];

/** Dark and light in the terminal's own 16 colours: those that every palette makes readable on such a background. */
const sixteen: Readonly<Record<Background, Styles>> = {
  dark: {
    ...ofText,
    ...ofQrCodes,
    mono: { color: magenta },
    dim: { dim: true },
    accent: { color: cyan },
    you: { color: blue, bold: true },
    person1: { color: cyan, bold: true },
    person2: { color: magenta, bold: true },
    person3: { color: yellow, bold: true },
    person4: { color: green, bold: true },
    good: { color: green },
    warn: { color: yellow },
    bad: { color: red, bold: true },
    key: { color: cyan },
  },
  // Yellow, cyan and green are pale on white in most palettes: blue, magenta and red are dark in all of them.
  light: {
    ...ofText,
    ...ofQrCodes,
    mono: { color: magenta },
    dim: { dim: true },
    accent: { color: blue },
    you: { bold: true },
    person1: { color: blue, bold: true },
    person2: { color: magenta, bold: true },
    person3: { color: red, bold: true },
    person4: { color: blue, bold: true, italic: true },
    good: { color: blue },
    warn: { color: magenta, bold: true },
    bad: { color: red, bold: true },
    key: { color: blue },
  },
};

/** Dark and light where the terminal has more colours. A test computes the contrast of each with the usual backgrounds. */
const full: Readonly<Record<Background, Styles>> = {
  dark: {
    ...ofText,
    ...ofQrCodes,
    mono: { color: '#e2b6ff' },
    dim: { color: '#a4adba' },
    accent: { color: '#7fd4ff' },
    you: { color: '#9fc1ff', bold: true },
    person1: { color: '#7fd4ff', bold: true },
    person2: { color: '#e2b6ff', bold: true },
    person3: { color: '#f2cc70', bold: true },
    person4: { color: '#9fdd8c', bold: true },
    good: { color: '#9fdd8c' },
    warn: { color: '#f2cc70' },
    bad: { color: '#ff9c96', bold: true },
    key: { color: '#7fd4ff' },
  },
  light: {
    ...ofText,
    ...ofQrCodes,
    mono: { color: '#7a2e9e' },
    dim: { color: '#565d66' },
    accent: { color: '#0b5cad' },
    you: { color: '#3b4a9c', bold: true },
    person1: { color: '#0b5cad', bold: true },
    person2: { color: '#7a2e9e', bold: true },
    person3: { color: '#8a4b00', bold: true },
    person4: { color: '#1d6b2a', bold: true },
    good: { color: '#1d6b2a' },
    warn: { color: '#8a4b00' },
    bad: { color: '#b3121d', bold: true },
    key: { color: '#0b5cad' },
  },
};

/** Names without colours. */
const allBold = {
  you: { bold: true },
  person1: { bold: true },
  person2: { bold: true },
  person3: { bold: true },
  person4: { bold: true },
} as const satisfies Partial<Record<Look, Style>>;

/** Nothing is dim; emphasised text is bold, underlined or inverse, and can be read on any background. Ticks are plain text. */
const highContrast: Styles = {
  ...ofText,
  ...ofQrCodes,
  mono: { bold: true },
  dim: {},
  accent: { bold: true, underline: true },
  ...allBold,
  good: {},
  warn: { bold: true },
  bad: { bold: true, inverse: true },
  key: { bold: true },
};

/** High contrast in colours, once the background is known. */
const highContrastOn: Readonly<Record<Background, Styles>> = {
  dark: {
    ...highContrast,
    mono: { color: '#f0d8ff' },
    person1: { color: '#b8f0ff', bold: true },
    person2: { color: '#f0d8ff', bold: true },
    person3: { color: '#ffe680', bold: true },
    person4: { color: '#c8ffc0', bold: true },
    warn: { color: '#ffe680', bold: true },
    bad: { color: '#000000', background: '#ffb3ae', bold: true },
  },
  light: {
    ...highContrast,
    mono: { color: '#4a0070' },
    person1: { color: '#003a5c', bold: true },
    person2: { color: '#4a0070', bold: true },
    person3: { color: '#5c2e00', bold: true },
    person4: { color: '#0a4a14', bold: true },
    warn: { color: '#5c2e00', bold: true },
    bad: { color: '#ffffff', background: '#8a0010', bold: true },
  },
};

/** Without colours: text that stands out is bold, dim or inverse. */
const none: Styles = {
  ...ofText,
  mono: {},
  dim: { dim: true },
  accent: { bold: true },
  ...allBold,
  good: {},
  warn: {},
  bad: { bold: true },
  key: {},
  code: { inverse: true },
  ink: {},
};

/** The terminal that a theme is drawn on; `background` is null until the terminal has answered. */
type Ground = { readonly depth: Depth; readonly background: Background | null };

/** The styles of a theme that needs no file. */
export function stylesOf(theme: PlainTheme, { depth, background }: Ground): Styles {
  if (depth === 0 || theme === 'none') return none;
  const isRich = depth > 16;
  if (theme === 'high-contrast') return isRich && background ? highContrastOn[background] : highContrast;
  return (isRich ? full : sixteen)[theme];
}

/**
 * The pens of the theme called `name`, by its file if it has one. `auto`, and an unknown name, is dark or light by the background. Returns
 * the same object for the same arguments, so rows drawn with it stay cached.
 */
export function looksOf(name: string, files: ReadonlyMap<string, ThemeFile>, ground: Ground): Looks {
  const file = files.get(name);
  const known = file ? kept(ofFiles, file) : ownLooks;
  const key = `${file ? '' : name} ${ground.depth} ${ground.background}`;
  const before = known.get(key);
  if (before) return before;
  const looks = pensOf(
    file ? stylesIn(file, ground) : stylesOf(plainName(name, ground), ground),
    ground.depth,
  );
  known.set(key, looks);
  return looks;
}

const ownLooks = new Map<string, Looks>();
const ofFiles = new WeakMap<ThemeFile, Map<string, Looks>>();

function kept(all: WeakMap<ThemeFile, Map<string, Looks>>, file: ThemeFile): Map<string, Looks> {
  const known = all.get(file) ?? new Map<string, Looks>();
  all.set(file, known);
  return known;
}

function plainName(name: string, { background }: Ground): PlainTheme {
  return plainThemes.find((one) => one === name) ?? background ?? 'dark';
}

function stylesIn({ base, roles, on }: ThemeFile, ground: Ground): Styles {
  if (ground.depth === 0) return none;
  const background = ground.background ?? 'dark';
  const given: Roles = { ...roles, ...on[background] };
  return { ...stylesOf(base ?? background, ground), ...given };
}

function pensOf(styles: Styles, depth: Depth): Looks {
  return Object.fromEntries(
    Object.entries(styles).map(([look, style]) => [look, penOf(style, depth)]),
  ) as Looks;
}
