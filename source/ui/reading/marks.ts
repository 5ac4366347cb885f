import { type Line, span } from '../text/line.ts';
import type { Printable } from '../../core/types.ts';
import { say } from '../text/say.ts';

/** The rows of the selected message: an arrow before the first one, and its time inverse; told by more than a colour. */
export function pickedRows(rows: readonly Line[]): readonly Line[] {
  return rows.map((row, at) => {
    const [first, ...rest] = row;
    if (!first) return row;
    // A time, or the blanks under it, is a piece of its own; a line of the program is not.
    const isLead = rest.length > 0;
    const head = isLead ? first.text : say`  `;
    const tail = isLead ? [] : [{ ...first, text: first.text.slice(head.length) as Printable }];
    const arrow = at === 0 ? say`❯` : say` `;
    return [span(say`${arrow}${head.slice(1) as Printable}`, 'chosen'), ...tail, ...rest];
  });
}
