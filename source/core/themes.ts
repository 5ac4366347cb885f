/** The looks that a theme file may set. Those of QR codes are not among them: a camera must be able to read these. */
export const themeRoles = [
  'plain',
  'strong',
  'italic',
  'mono',
  'link',
  'dim',
  'accent',
  'struck',
  'you',
  'person1',
  'person2',
  'person3',
  'person4',
  'good',
  'warn',
  'bad',
  'chosen',
  'key',
] as const;

/** A look that a theme file may set. */
type ThemeRole = (typeof themeRoles)[number];

/** The names of the terminal's own 16 colours, in the order of their numbers. */
export const colourNames = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'bright-black',
  'bright-red',
  'bright-green',
  'bright-yellow',
  'bright-blue',
  'bright-magenta',
  'bright-cyan',
  'bright-white',
] as const;

/** A colour: red, green and blue, or one of the terminal's 256 by its number. */
export type Colour = `#${string}` | number;

/** How text is drawn; without a colour it has the terminal's own. */
export type Style = {
  readonly color?: Colour;
  readonly background?: Colour;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly strikethrough?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
};

/** The marks that a style may have besides its colours. */
export const styleMarks = ['bold', 'italic', 'underline', 'strikethrough', 'dim', 'inverse'] as const;

/** The background of a terminal. */
export type Background = 'dark' | 'light';

/** The themes that need no file and always look the same. */
export const plainThemes = ['dark', 'light', 'high-contrast', 'none'] as const;

/** A theme that a file may build on. */
export type PlainTheme = (typeof plainThemes)[number];

/** The styles of some roles. */
export type Roles = Readonly<Partial<Record<ThemeRole, Style>>>;

/** A theme as its file defines it. */
export type ThemeFile = {
  /** The theme that all other roles come from; null: dark or light, by the background of the terminal. */
  readonly base: PlainTheme | null;
  readonly roles: Roles;
  /** Roles that differ on a dark and on a light background. */
  readonly on: Readonly<Record<Background, Roles>>;
};

/** Theme files by name, and for each file that cannot be used the reason, in words. */
export type Themes = {
  readonly files: ReadonlyMap<string, ThemeFile>;
  readonly faults: ReadonlyMap<string, string>;
};

/** No theme files. */
export const noThemes: Themes = { files: new Map(), faults: new Map() };

/** Reads the theme file called `name`, or all of them. Never fails: a file that cannot be used is among the faults. */
export type ReadThemes = (name?: string) => Promise<Themes>;

/** Tells whether a theme can be called `name`. */
export function isThemeName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,31}$/iu.test(name);
}
