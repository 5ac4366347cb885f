import type { TextProps } from 'ink';
import type { Look } from './line.ts';

type Style = Pick<TextProps, 'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'inverse'>;

/** What each look is on the terminal's own 16 colours, so that every theme of the person's works. */
export const looks: Readonly<Record<Look, Style>> = {
  plain: {},
  strong: { bold: true },
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
