import type { Printable } from '../../core/types.ts';
import { cells } from './cells.ts';
import { localeIn } from '../../core/charset.ts';

/** `text` in ASCII and in as many columns: the program's own signs by their table, everything else as question marks. */
export function asciiOf(text: Printable): Printable {
  if (/^[\u0020-\u007e]*$/u.test(text)) return text;
  const letters = cells(text).map((cell) => asciiLetter(cell.text, cell.width));
  return letters.join('') as Printable;
}

function asciiLetter(text: string, width: number): string {
  return asciiSigns[text] ?? (/^[\u0020-\u007e]$/u.test(text) ? text : '?'.repeat(width));
}

/** Every sign that the program draws, and the ASCII character that replaces it in its one column. */
export const asciiSigns: Readonly<Record<string, string>> = {
  ...each('─—━▏▎▍', '-'),
  ...each('│┃', '|'),
  ...each('┴├┤╭╮╯╰', '+'),
  ...each('▌▋▊▉█▀▄', '#'),
  ...each('·…', '.'),
  ...each('●•', '*'),
  '○': 'o',
  '✓': '+',
  '✗': 'x',
  '❯': '>',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
};

/**
 * Tells whether an environment belongs to a terminal that shows only ASCII: a locale is named, and it does not use UTF-8. Without a
 * named locale nothing is known, and today's terminals have UTF-8.
 */
export function isAsciiIn(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = localeIn(env);
  return locale !== '' && !/utf-?8/iu.test(locale);
}

function each(signs: string, ascii: string): Record<string, string> {
  return Object.fromEntries([...signs].map((sign) => [sign, ascii]));
}
