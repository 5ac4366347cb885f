import { encode } from 'uqr';
import type { Printable } from '../../core/types.ts';
import { type Line, line } from '../line.ts';
import { joined, say } from '../text/say.ts';

const halves: Readonly<Record<string, Printable>> = {
  '00': say` `,
  '01': say`▄`,
  '10': say`▀`,
  '11': say`█`,
};

/** Where the newest code is kept: a frame asks for the same one again and again. */
let last: { readonly text: string; readonly border: number; readonly lines: readonly Line[] } | null = null;

/**
 * A QR code of `text` as half blocks, dark on light whatever the theme; `border` modules of quiet zone (4 is what
 * ISO/IEC 18004 wants, readers manage with 1).
 */
export function qrLines(text: string, border: number): readonly Line[] {
  if (last?.text === text && last.border === border) return last.lines;
  const { data } = encode(text, { ecc: 'L', border });
  const lines: Line[] = [];
  for (let row = 0; row < data.length; row += 2) lines.push(halfRow(data[row] ?? [], data[row + 1] ?? []));
  last = { text, border, lines };
  return lines;
}

function halfRow(upper: readonly boolean[], lower: readonly boolean[]): Line {
  const blocks = upper.map((isDark, at) => halves[`${isDark ? 1 : 0}${lower[at] ? 1 : 0}`] ?? say` `);
  return line(joined(blocks, say``), 'code');
}

/** The largest QR code of `text` (widest quiet zone) that fits, or null. */
export function qrThatFits(text: string, columns: number, rows: number): readonly Line[] | null {
  for (const border of [4, 2, 1]) {
    const lines = qrLines(text, border);
    if (lines.length <= rows && (lines[0]?.[0]?.text.length ?? 0) <= columns) return lines;
  }
  return null;
}
