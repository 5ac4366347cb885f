import type { MessageState, MessageView, Printable } from '../../core/types.ts';
import { blank, line, lineWidth, repeated, say, span, type Line, type Look } from '../text/line.ts';
import { drawnWhole, pad, widthOf } from '../text/cells.ts';
import { markHits } from '../text/hits.ts';
import { styledRow, stylesOf } from '../text/styles.ts';
import { clock, dayName, dayNumber } from '../text/times.ts';
import { wrap } from '../text/wrap.ts';

/** Everything that the rows of a message depend on besides the message. */
export type Frame = {
  readonly columns: number;
  readonly now: number;
  /** Row of the last message above the "new messages" line. */
  readonly mark: number | null;
  /** Row of the selected message. */
  readonly picked: number | null;
  /** The text of a search, to be marked. */
  readonly find: string | null;
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

/** Blank, HH:MM, blank, gutter, blank. */
const lead = 9;
/** Blank, two columns of ticks. */
const tail = 3;

/**
 * The rows of the message at `index`: the separators from the one before (day, gap, "new messages") and the message itself. Never
 * empty.
 */
export function blockOf(messages: readonly MessageView[], index: number, frame: Frame): readonly Line[] {
  const message = messages[index];
  if (!message) return [blank];
  const before = messages[index - 1];
  const rows: Line[] = [];
  if (!before || dayNumber(before.sentAt) !== dayNumber(message.sentAt)) {
    rows.push(rule(dayName(message.sentAt, frame.now), 'dim', frame.columns));
  }
  if (isFirstNew(before, message, frame.mark)) rows.push(rule(say`new messages`, 'accent', frame.columns));
  if (message.missingBefore > 0)
    rows.push(...noticeRows(missing(message.missingBefore), 'warn', frame.columns));
  const own = found(message, frame);
  return [...rows, ...(message.row === frame.picked ? pickedRows(own) : own)];
}

function isFirstNew(before: MessageView | undefined, message: MessageView, mark: number | null): boolean {
  return mark !== null && before !== undefined && before.row <= mark && message.row > mark;
}

function missing(count: number): Printable {
  return count === 1 ? say`1 message missing` : say`${count} messages missing`;
}

/** Rows with hits marked, by the rows without marks: a key press asks for the same rows many times. */
const marked = new WeakMap<readonly Line[], { readonly find: string; readonly rows: readonly Line[] }>();

/** The message's own rows, with the hits of a search marked. */
function found(message: MessageView, { columns, find }: Frame): readonly Line[] {
  const own = body(message, columns);
  if (find === null || message.kind === 'notice') return own;
  const known = marked.get(own);
  if (known?.find === find) return known.rows;
  const rows = markHits(own, find, { from: lead, to: columns - tail, look: 'chosen' });
  marked.set(own, { find, rows });
  return rows;
}

/** A named line across the pane. */
export function rule(name: Printable, look: Look, columns: number): Line {
  const room = Math.max(0, columns - widthOf(name) - 4);
  const left = Math.floor(room / 2);
  return [span(say` ${repeated('─', left)} ${name} ${repeated('─', room - left)} `, look)];
}

/** Rows as they were laid out for a number of columns and a way of drawing emoji. */
type Body = {
  readonly columns: number;
  readonly emoji: ReturnType<typeof drawnWhole>;
  readonly rows: readonly Line[];
};

const bodies = new WeakMap<MessageView, Body>();

/** The message's own rows; remembered as long as the message object lives, because most frames show the same. */
function body(message: MessageView, columns: number): readonly Line[] {
  const known = bodies.get(message);
  const emoji = drawnWhole();
  if (known?.columns === columns && known.emoji === emoji) return known.rows;
  const rows =
    message.kind === 'notice' ? noticeRows(message.text, 'dim', columns) : textRows(message, columns);
  bodies.set(message, { columns, emoji, rows });
  return rows;
}

function noticeRows(text: Printable, look: Look, columns: number): readonly Line[] {
  const wrapped = wrap(say`— ${text} —`, columns - 4);
  return wrapped.map((row) => line(say`  ${row.text}`, look));
}

function textRows(message: MessageView, columns: number): readonly Line[] {
  const isPeers = message.direction === 'in';
  const gutter = isPeers ? span(say`┃ `, 'peer') : span(say`  `);
  const room = Math.max(4, columns - lead - tail);
  const styles = stylesOf(message.text);
  return wrap(message.text, room).map((row, at) => {
    const time = at === 0 ? say` ${clock(message.sentAt)} ` : repeated(' ', lead - 2);
    const spans = [span(time, 'dim'), gutter, ...styledRow(row, styles)];
    if (isPeers || at > 0) return spans;
    const { sign, look } = ticks[message.state];
    const gap = columns - lineWidth(spans) - tail + 1;
    return [...spans, span(repeated(' ', gap)), span(pad(sign, tail - 1), look)];
  });
}

/** The rows of the selected message: an arrow before the first one, and its time inverse; told by more than a colour. */
function pickedRows(rows: readonly Line[]): readonly Line[] {
  return rows.map((row, at) => {
    const [first, ...rest] = row;
    if (!first) return row;
    // A time, or the blanks under it, is a piece of its own; a line of the program is not.
    const isLead = rest.length > 0;
    const head = isLead ? first.text : say`  `;
    const cut = isLead ? [] : [{ ...first, text: first.text.slice(head.length) as Printable }];
    const arrow = at === 0 ? say`❯` : say` `;
    return [span(say`${arrow}${head.slice(1) as Printable}`, 'chosen'), ...cut, ...rest];
  });
}
