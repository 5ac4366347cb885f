import type { Printable } from '../../core/types.ts';
import { cells } from './cells.ts';
import { asciiSigns } from './ascii-signs.ts';

/** `text` in ASCII and in as many columns: the program's own signs by their table, everything else as question marks. */
export function asciiOf(text: Printable): Printable {
  if (/^[\u0020-\u007e]*$/u.test(text)) return text;
  const letters = cells(text).map((cell) => asciiLetter(cell.text, cell.width));
  return letters.join('') as Printable;
}

function asciiLetter(text: string, width: number): string {
  return asciiSigns[text] ?? (/^[\u0020-\u007e]$/u.test(text) ? text : '?'.repeat(width));
}
