import { fold } from '../../core/fold.ts';
import type { MessageView, Printable } from '../../core/types.ts';
import { fitLine, joined, lineWidth, say, span, type Line } from '../text/line.ts';
import { cells, fit, pad, widthOf } from '../text/cells.ts';
import { markHits } from '../text/hits.ts';
import { stamp } from '../text/times.ts';

/** The context of drawing a hit: the text of the search, whether this hit is chosen, and the room for it. */
type HitFrame = {
  readonly wanted: string;
  readonly isChosen: boolean;
  /** Each contact's name as it is drawn in `senderColumns`. */
  readonly names: ReadonlyMap<number, Printable>;
  readonly now: number;
  readonly columns: number;
};

/** Columns of the name in front of a hit. */
export const senderColumns = 8;
const timeColumns = 10;
/** Minimum width, in columns, for showing the time. */
const timesFrom = 50;
/** Maximum number of columns of text shown before the hit. */
const before = 14;

/** One row: the sender, the time, and the part of the text that contains the hit. */
export function hitLine(hit: MessageView, frame: HitFrame): Line {
  const { wanted, isChosen, names, now, columns } = frame;
  const sender = hit.direction === 'in' ? (names.get(hit.contactId) ?? say`someone`) : say`you`;
  const time = columns < timesFrom ? [] : [span(pad(stamp(hit.sentAt, now), timeColumns + 1), 'dim')];
  const head: Line = [
    span(isChosen ? say`❯ ` : say`  `, 'accent'),
    span(pad(fit(sender, senderColumns), senderColumns), isChosen ? 'chosen' : 'plain'),
    span(say`  `),
    ...time,
  ];
  const room = columns - lineWidth(head);
  const part = partWith(hit.text, wanted, room);
  const [marked = []] = markHits([[span(part)]], wanted, { from: 0, to: Infinity, look: 'strong' });
  return [...head, ...fitLine(marked, room)];
}

/** The text as one line, from a little before the first hit on. */
function partWith(text: Printable, wanted: string, room: number): Printable {
  const flat = text.replaceAll(/\s+/gu, ' ') as Printable;
  const list = cells(flat);
  const at = cellOf(list, fold(wanted).trim().replaceAll(/\s+/gu, ' '));
  const width = list.slice(0, at).reduce((sum, cell) => sum + cell.width, 0);
  const over = room - widthOf(wanted) - 1;
  if (width <= over)
    return joined(
      list.slice(0, room + 1).map((cell) => cell.text),
      say``,
    );
  const from = Math.max(0, at - Math.max(0, Math.min(before, Math.floor(over / 2))));
  // The text beyond the row is not drawn, and may be very long.
  const shown = list.slice(from, from + room + 1);
  return joined([say`…`, ...shown.map((cell) => cell.text)], say``);
}

/** Where in the cells of a text the folded `wanted` begins; 0 when it is not there as a whole. */
function cellOf(list: ReturnType<typeof cells>, wanted: string): number {
  let folded = '';
  const starts: number[] = [];
  for (const [at, { text }] of list.entries()) {
    const part = fold(text);
    for (let unit = 0; unit < part.length; unit += 1) starts.push(at);
    folded += part;
  }
  return starts[folded.indexOf(wanted)] ?? 0;
}
