import type { TextProps } from 'ink';
import type { Look } from './line.ts';

type Style = Pick<
  TextProps,
  'color' | 'backgroundColor' | 'bold' | 'italic' | 'underline' | 'dimColor' | 'inverse'
>;

type Looks = Readonly<Record<Look, Style>>;

const coloured: Looks = {
  plain: {},
  strong: { bold: true },
  italic: { italic: true },
  mono: { color: 'magenta' },
  link: { underline: true },
  dim: { dimColor: true },
  accent: { color: 'cyan' },
  peer: { color: 'cyan' },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  chosen: { inverse: true },
  key: { color: 'cyan' },
  code: { color: '#000000', backgroundColor: '#ffffff' },
};

/** The same without a colour: what stands out is bold, dim or inverse. */
const colourless: Looks = {
  ...coloured,
  accent: { bold: true },
  mono: {},
  peer: {},
  good: {},
  warn: {},
  bad: { bold: true },
  key: {},
  code: { inverse: true },
};

/** The looks for an environment: NO_COLOR, if it is not empty, takes the colours away (no-color.org); FORCE_COLOR wins. */
export function looksFor(env: Readonly<Record<string, string | undefined>>): Looks {
  return env['NO_COLOR'] && env['FORCE_COLOR'] === undefined ? colourless : coloured;
}

/** What each look is on the terminal's own 16 colours, so that every theme of the person's works. */
export const looks: Looks = looksFor(process.env);
