import type { MessageState, MessageView, Printable } from '../../core/types.ts';
import { drawnWhole, widthOf } from '../text/cells.ts';
import { line, lineWidth, say, span, type Line, type Look } from '../text/line.ts';
import { laidOut, withoutBars } from '../text/parts.ts';
import { clock } from '../text/times.ts';
import { wrap } from '../text/wrap.ts';

/** The layout of messages: `roomy` with names over runs of messages, `compact` with the time before each. */
type Page = 'roomy' | 'compact';

/** Everything that a message's own rows depend on: the columns of the pane, the layout, and the look of the contact's name and bar. */
export type Paper = { readonly columns: number; readonly page: Page; readonly look: Look };

/**
 * One row of a message: where it begins in the text (UTF-16 offset, by which a place is kept when the width changes), and the columns
 * that the text has in it.
 */
export type OwnRow = {
  readonly spans: Line;
  readonly at: number;
  readonly from: number;
  readonly to: number;
};

/** The sign for each state; none is told by its colour alone (`help` explains them). */
export const ticks: Readonly<Record<MessageState, { readonly sign: Printable; readonly look: Look }>> = {
  queued: { sign: say`·`, look: 'warn' },
  kept: { sign: say`▫`, look: 'dim' },
  sent: { sign: say`✓`, look: 'dim' },
  delivered: { sign: say`✓✓`, look: 'good' },
  failed: { sign: say`✗`, look: 'bad' },
  received: { sign: say``, look: 'plain' },
};

/** Columns of text at most: longer rows are hard to follow back to the next one. */
const mostColumns = 90;
/** Columns before the text: blank, gutter, blank; or blank, HH:MM, blank, gutter, blank. */
const leads: Readonly<Record<Page, number>> = { roomy: 3, compact: 9 };
/** Behind the last word there is always room for a blank and two columns of ticks. */
const tail = 3;

/** Columns of the page, of the pane's `columns`: the gutter, the text, and the ticks. */
export function pageColumns({ columns, page }: Paper): number {
  return Math.min(columns, leads[page] + mostColumns + tail);
}

/** Rows as they were laid out for a paper and a way of drawing emoji. */
type Body = Paper & { readonly emoji: unknown; readonly rows: readonly OwnRow[] };

const bodies = new WeakMap<MessageView, Body>();

/** The message's own rows; remembered as long as the message object lives, because most frames show the same. */
export function ownRows(message: MessageView, { columns, page, look }: Paper): readonly OwnRow[] {
  const known = bodies.get(message);
  const emoji = drawnWhole();
  const isSame = known?.columns === columns && known.emoji === emoji;
  if (isSame && known.page === page && known.look === look) return known.rows;
  const rows =
    message.kind === 'notice'
      ? noticeRows(message.text, 'dim', columns)
      : textRows(message, { columns, page, look });
  bodies.set(message, { columns, page, look, emoji, rows });
  return rows;
}

/** A line of the program in the conversation. It begins where no text of a message can. */
export function noticeRows(text: Printable, look: Look, columns: number): readonly OwnRow[] {
  const wrapped = wrap(say`— ${withoutBars(text)} —`, Math.min(columns - 4, mostColumns));
  return wrapped.map((row) => ({
    spans: line(say`  ${row.text}`, look),
    at: row.start,
    from: 2,
    to: 2 + widthOf(row.text),
  }));
}

/** A bar in the gutter of every row: a heavy one for the contact's messages, a dotted one for one's own. */
function textRows(message: MessageView, paper: Paper): readonly OwnRow[] {
  const isPeers = message.direction === 'in';
  const { page, look } = paper;
  const bar = isPeers ? span(say`┃`, look) : span(say`┊`, 'dim');
  const beforeBar = (at: number): Line => {
    if (page === 'roomy') return [span(say` `)];
    return [span(at === 0 ? say` ${clock(message.sentAt)} ` : say`       `, 'dim')];
  };
  const rows = laidOut(message.text, pageColumns(paper) - leads[page] - tail);
  return rows.map((row, at) => {
    const spans = [...beforeBar(at), bar, span(say` `), ...row.spans];
    const to = lineWidth(spans);
    const { sign, look: tickLook } = ticks[message.state];
    const isLast = at === rows.length - 1;
    const ticked = !isPeers && isLast && sign !== '' ? [...spans, span(say` `), span(sign, tickLook)] : spans;
    return { spans: ticked, at: row.at, from: leads[page] + row.lead, to };
  });
}
