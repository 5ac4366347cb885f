import { localeIn } from '../../core/charset.ts';

/** Every sign that the program draws, and the character of ASCII that takes its one column. */
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
 * Whether an environment is about a terminal that shows ASCII alone: its locale is named, and is not one of UTF-8. Where none is
 * named nothing is known, and terminals of today have UTF-8.
 */
export function isAsciiIn(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = localeIn(env);
  return locale !== '' && !/utf-?8/iu.test(locale);
}

function each(signs: string, ascii: string): Record<string, string> {
  return Object.fromEntries([...signs].map((sign) => [sign, ascii]));
}
