import type { MessageView, Printable } from '../../core/types.ts';
import { blank, line, lineWidth, repeated, say, span, type Line, type Look } from '../text/line.ts';
import { markHits } from '../text/hits.ts';
import { isRightToLeft } from '../text/right-to-left.ts';
import { clock, dayName, dayNumber } from '../text/times.ts';
import { widthOf } from '../text/cells.ts';
import { noticeRows, ownRows, pageColumns, type OwnRow, type Paper } from './own-rows.ts';

/** Everything that the rows of a message depend on besides the message. */
export type Frame = Paper & {
  readonly now: number;
  /** Row of the last message above the "new messages" line. */
  readonly mark: number | null;
  /** Row of the selected message. */
  readonly picked: number | null;
  /** The text of a search, to be marked. */
  readonly find: string | null;
  /** The contact's name, as it stands above their messages. */
  readonly name: Printable;
};

/** The rows of one message: those that separate it from the one before, and its own; these are never none. */
export type Block = { readonly above: readonly Line[]; readonly own: readonly OwnRow[] };

/** The rows of the message at `index`. */
export function blockOf(messages: readonly MessageView[], index: number, frame: Frame): Block {
  const message = messages[index];
  if (!message) return { above: [], own: [{ spans: blank, at: 0, from: 0, to: 0 }] };
  const own = found(message, frame);
  return {
    above: aboveOf(messages[index - 1], message, frame),
    own: message.row === frame.picked ? pickedRows(own, frame) : own,
  };
}

/** Everything that the rows above a message depend on. */
type Asked = Pick<Frame, 'columns' | 'page' | 'name' | 'look'> & {
  readonly before: MessageView | undefined;
  readonly isFirstNew: boolean;
  readonly today: number;
};

/** The rows above each message as they were made last: most rows of a frame were in the frame before. */
const made = new WeakMap<MessageView, { readonly asked: Asked; readonly rows: readonly Line[] }>();

function aboveOf(before: MessageView | undefined, message: MessageView, frame: Frame): readonly Line[] {
  const { columns, page, name, look, mark, now } = frame;
  const isFirstNew = mark !== null && before !== undefined && before.row <= mark && message.row > mark;
  const asked = { before, isFirstNew, columns, page, name, look, today: dayOf(now) };
  const known = made.get(message);
  if (known && isSame(known.asked, asked)) return known.rows;
  const rows = drawAbove(message, asked, frame);
  made.set(message, { asked, rows });
  return rows;
}

function isSame(one: Asked, other: Asked): boolean {
  return (Object.keys(one) as Array<keyof Asked>).every((key) => one[key] === other[key]);
}

let lastDay = { at: Number.NaN, day: 0 };

/** The day of `now`, which is the same for all rows of a frame. */
function dayOf(now: number): number {
  if (lastDay.at !== now) lastDay = { at: now, day: dayNumber(now) };
  return lastDay.day;
}

function drawAbove(message: MessageView, asked: Asked, frame: Frame): readonly Line[] {
  const { before } = asked;
  const rules = rulesOf(message, asked, frame);
  if (frame.page === 'compact') return rules;
  if (rules.length === 0 && before && isContinued(before, message)) return againAbove(before, message);
  const spaced = before && rules.length > 0 ? [blank, ...rules] : rules;
  const gap = before || rules.length > 0 ? [blank] : [];
  return [...spaced, ...gap, ...(message.kind === 'text' ? [header(message, frame)] : [])];
}

/** In the middle of a run there is only the time, now and then. */
function againAbove(before: MessageView, message: MessageView): readonly Line[] {
  const isDue = message.kind === 'text' && stepOf(before) !== stepOf(message);
  return isDue ? [line(say` ${clock(message.sentAt)}`, 'dim')] : [];
}

/** Rows that a reader must not miss between two messages: another day, the first new message, missing messages. */
function rulesOf(
  { sentAt, missingBefore }: MessageView,
  { before, isFirstNew }: Asked,
  frame: Frame,
): readonly Line[] {
  const columns = pageColumns(frame);
  const isNewDay = !before || dayNumber(before.sentAt) !== dayNumber(sentAt);
  const gap = missingBefore > 0 ? noticeRows(missing(missingBefore), 'warn', frame.columns) : [];
  return [
    ...(isNewDay ? [rule(dayName(sentAt, frame.now), 'dim', columns)] : []),
    ...(isFirstNew ? [rule(say`new messages`, 'accent', columns)] : []),
    ...gap.map(({ spans }) => spans),
  ];
}

/** Tells whether a message belongs to the run, or to the lines of the program, of the one before it. */
function isContinued(before: MessageView, { kind, direction, sentAt }: MessageView): boolean {
  if (kind === 'notice' || before.kind === 'notice') return kind === before.kind;
  return before.direction === direction && Math.abs(sentAt - before.sentAt) < pauseMs;
}

/** A pause of an hour ends a run; so does a clock that was set back as far. */
const pauseMs = 3_600_000;
const stepMs = 300_000;

/**
 * The number of the five minutes in which a message was sent. The time is drawn again where it changes from one message to the next, and
 * nothing else counts: where a run begins is not always in memory, and rows must not move when it is read from the disk.
 */
function stepOf({ sentAt }: MessageView): number {
  return Math.floor(sentAt / stepMs);
}

/** The sender's name and the time. A name that is written from right to left stands behind the time, which would change sides. */
function header({ direction, sentAt }: MessageView, { name, look }: Frame): Line {
  const time = span(clock(sentAt), 'dim');
  if (direction === 'out') return [span(say` `), span(say`you`, 'you'), span(say` `), time];
  const sender = span(name, look);
  return isRightToLeft(name)
    ? [span(say` `), time, span(say` `), sender]
    : [span(say` `), sender, span(say` `), time];
}

function missing(count: number): Printable {
  return count === 1 ? say`1 message missing` : say`${count} messages missing`;
}

/** A named line across the page. */
function rule(name: Printable, look: Look, columns: number): Line {
  const room = Math.max(0, columns - widthOf(name) - 4);
  const left = Math.floor(room / 2);
  return [span(say` ${repeated('─', left)} ${name} ${repeated('─', room - left)} `, look)];
}

/** Rows with hits marked, by the rows without marks: a key press asks for the same rows many times. */
const marked = new WeakMap<readonly OwnRow[], { readonly find: string; readonly rows: readonly OwnRow[] }>();

/** The message's own rows, with the hits of a search marked. */
function found(message: MessageView, frame: Frame): readonly OwnRow[] {
  const own = ownRows(message, frame);
  const { find } = frame;
  if (find === null || message.kind === 'notice') return own;
  const known = marked.get(own);
  if (known?.find === find) return known.rows;
  const lines = markHits(
    own.map(({ spans }) => spans),
    find,
    { from: 0, to: 0, each: own, look: 'chosen' },
  );
  const rows = own.map((row, at) => ({ ...row, spans: lines[at] ?? row.spans }));
  marked.set(own, { find, rows });
  return rows;
}

/** The selected message: all of it inverse, as wide as the page, and an arrow in front. Hits of a search stand out by not being inverse. */
function pickedRows(rows: readonly OwnRow[], frame: Frame): readonly OwnRow[] {
  return rows.map((row, at) => {
    const [first, ...rest] = row.spans;
    if (!first) return row;
    const arrow = at === 0 ? say`❯` : say` `;
    const head = { ...first, text: say`${arrow}${first.text.slice(1) as Printable}` };
    const spans = [head, ...rest].map((piece) => ({
      ...piece,
      look: piece.look === 'chosen' ? ('strong' as const) : ('chosen' as const),
    }));
    const gap = repeated(' ', pageColumns(frame) - lineWidth(spans));
    return { ...row, spans: gap === '' ? spans : [...spans, span(gap, 'chosen')] };
  });
}
