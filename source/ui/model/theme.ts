import chalk, { type ChalkInstance } from 'chalk';
import type { Theme } from '../../core/settings.ts';
import type { Look } from '../text/line.ts';

type Colour = 'black' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white' | `#${string}`;

/** How text is drawn; colours by their names are the terminal's own. */
type Style = {
  readonly color?: Colour;
  readonly backgroundColor?: `#${string}`;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly strikethrough?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
};

/** A text with the escapes of a style around it; styles further down in this list lie outside. */
export function styled(text: string, style: Style): string {
  const { color, backgroundColor: behind } = style;
  const layers: ReadonlyArray<ChalkInstance | false | undefined> = [
    style.dimColor && chalk.dim,
    color !== undefined && inColour(color),
    behind !== undefined && chalk.bgHex(behind),
    style.bold && chalk.bold,
    style.italic && chalk.italic,
    style.underline && chalk.underline,
    style.strikethrough && chalk.strikethrough,
    style.inverse && chalk.inverse,
  ];
  return layers.reduce<string>((inner, layer) => (layer ? layer(inner) : inner), text);
}

function inColour(color: Colour): ChalkInstance {
  return color.startsWith('#') ? chalk.hex(color) : chalk[color as Exclude<Colour, `#${string}`>];
}

/** The style of each look. */
export type Looks = Readonly<Record<Look, Style>>;

/** Those of the terminal's own 16 colours that every palette makes readable on a dark background. */
const dark: Looks = {
  plain: {},
  strong: { bold: true },
  italic: { italic: true },
  mono: { color: 'magenta' },
  link: { underline: true },
  dim: { dimColor: true },
  accent: { color: 'cyan' },
  struck: { strikethrough: true },
  you: { color: 'blue', bold: true },
  person1: { color: 'cyan', bold: true },
  person2: { color: 'magenta', bold: true },
  person3: { color: 'yellow', bold: true },
  person4: { color: 'green', bold: true },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  chosen: { inverse: true },
  key: { color: 'cyan' },
  code: { color: '#000000', backgroundColor: '#ffffff' },
  ink: { color: '#ffffff', backgroundColor: '#000000' },
};

/** Yellow, cyan and green are pale on white in most palettes: blue, magenta and red are dark in all of them. */
const light: Looks = {
  ...dark,
  accent: { color: 'blue' },
  you: { bold: true },
  person1: { color: 'blue', bold: true },
  person2: { color: 'magenta', bold: true },
  person3: { color: 'red', bold: true },
  person4: { color: 'blue', bold: true, italic: true },
  good: { color: 'blue' },
  warn: { color: 'magenta', bold: true },
  key: { color: 'blue' },
};

/** Nothing is dim; important text has its own background, so it can be read on any. */
const highContrast: Looks = {
  ...dark,
  mono: { bold: true },
  dim: {},
  accent: { bold: true, underline: true },
  you: { bold: true },
  person1: { bold: true },
  person2: { bold: true },
  person3: { bold: true },
  person4: { bold: true },
  good: { color: '#000000', backgroundColor: '#00ff00', bold: true },
  warn: { color: '#000000', backgroundColor: '#ffff00', bold: true },
  bad: { color: '#ffffff', backgroundColor: '#c00000', bold: true },
  key: { bold: true },
};

/** Without colours: text that stands out is bold, dim or inverse. */
const none: Looks = {
  ...dark,
  accent: { bold: true },
  mono: {},
  you: { bold: true },
  person1: { bold: true },
  person2: { bold: true },
  person3: { bold: true },
  person4: { bold: true },
  good: {},
  warn: {},
  bad: { bold: true },
  key: {},
  code: { inverse: true },
  ink: {},
};

const themes: Readonly<Record<Theme, Looks>> = { dark, light, 'high-contrast': highContrast, none };

/** The looks of a theme, or those without colours where there may be none. */
export function looksOf(theme: Theme, hasColour: boolean): Looks {
  return hasColour ? themes[theme] : none;
}

/** Tells whether an environment lets the screen have colours: NO_COLOR, if not empty, forbids them (no-color.org); FORCE_COLOR wins. */
export function hasColourIn(env: Readonly<Record<string, string | undefined>>): boolean {
  return !env['NO_COLOR'] || env['FORCE_COLOR'] !== undefined;
}
