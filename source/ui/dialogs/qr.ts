import { encode } from 'uqr';
import type { Printable } from '../../core/types.ts';
import { joined, line, lineWidth, say, span, type Line } from '../text/line.ts';
import type { Size } from '../model/terminal.ts';

const halves: Readonly<Record<string, Printable>> = {
  '00': say` `,
  '01': say`▄`,
  '10': say`▀`,
  '11': say`█`,
};

/** The newest code, which is kept because frames ask for the same one again and again. */
let last: (Code & { readonly lines: readonly Line[] }) | null = null;

type Code = { readonly text: string; readonly border: number; readonly isAscii: boolean };

/**
 * A QR code of `text` as half blocks, dark on light whatever the theme, or with `isAscii` as blanks, two for each module; `border`
 * modules of quiet zone (ISO/IEC 18004 wants 4, readers manage with 1).
 */
export function qrLines({ text, border, isAscii }: Code): readonly Line[] {
  if (last?.text === text && last.border === border && last.isAscii === isAscii) return last.lines;
  const { data } = encode(text, { ecc: 'L', border });
  const lines = isAscii ? data.map(blankRow) : halfRows(data);
  last = { text, border, isAscii, lines };
  return lines;
}

/** Light and dark by the background alone: no ASCII character fills its cell. */
function blankRow(modules: readonly boolean[]): Line {
  return modules.map((isDark) => span(say`  `, isDark ? 'ink' : 'code'));
}

function halfRows(data: ReadonlyArray<readonly boolean[]>): readonly Line[] {
  const upper = data.filter((_, row) => row % 2 === 0);
  return upper.map((modules, at) => halfRow(modules, data[2 * at + 1] ?? []));
}

function halfRow(upper: readonly boolean[], lower: readonly boolean[]): Line {
  const blocks = upper.map((isDark, at) => halves[`${isDark ? 1 : 0}${lower[at] ? 1 : 0}`] ?? say` `);
  return line(joined(blocks, say``), 'code');
}

/** The largest QR code of `text` (widest quiet zone) that fits, or null. */
export function qrThatFits(
  text: string,
  { columns, rows, isAscii }: Size & { readonly isAscii: boolean },
): readonly Line[] | null {
  for (const border of [4, 2, 1]) {
    const lines = qrLines({ text, border, isAscii });
    if (lines.length <= rows && lineWidth(lines[0] ?? []) <= columns) return lines;
  }
  return null;
}
