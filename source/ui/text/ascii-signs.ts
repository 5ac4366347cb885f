import { localeIn } from '../../core/charset.ts';

// Apart from ascii.ts, which measures text: the first frame is drawn before anything that measures is loaded.

/** Every sign that the program draws, and the ASCII character that replaces it in its one column. */
export const asciiSigns: Readonly<Record<string, string>> = {
  ...each('─—━▏▎▍', '-'),
  ...each('│┃ǀ', '|'),
  '┊': ':',
  '▐': '>',
  ...each('┴├┤╭╮╯╰', '+'),
  ...each('▌▋▊▉█▀▄', '#'),
  ...each('·…', '.'),
  ...each('●•', '*'),
  '○': 'o',
  '▫': 'm',
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
