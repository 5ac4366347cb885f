import { cells } from '../../text/cells.ts';
import type { Command, Vim } from '../../model/vim.ts';
import {
  ahead,
  back,
  firstLetter,
  indentEnd,
  lineEnd,
  lineStart,
  next,
  onLetter,
  previous,
} from './letters.ts';
import { wordAhead, wordBack, wordEnd, type Arrival } from './words.ts';

/** The starting point of a motion. */
export type From = {
  readonly text: string;
  readonly cursor: number;
  readonly goal: number | null;
  readonly sought: Vim['sought'];
  /** A selection may also end on the end of a line. */
  readonly isVisual: boolean;
};

/** Where a motion leads; an operator takes whole `lines`, or letters up to `at` (with the letter there, if it is inclusive). */
export type Target = {
  readonly at: number;
  readonly takes: 'exclusive' | 'inclusive' | 'lines';
  readonly goal?: number;
};

type Motion = (from: From, command: Command) => Target | null;

/** Counts are never larger: a slip of the finger must not fill the memory. */
export function countOf({ count }: Command): number {
  return count ?? 1;
}

function exclusive(at: number): Target {
  return { at, takes: 'exclusive' };
}

function toLeft({ text, cursor }: From, command: Command): Target {
  return exclusive(back(text, cursor, countOf(command), lineStart(text, cursor)));
}

function toRight({ text, cursor, isVisual }: From, command: Command): Target {
  const end = lineEnd(text, cursor);
  const at = ahead(text, cursor, countOf(command), end);
  if (at < end || isVisual) return exclusive(at);
  if (command.operator !== null) return exclusive(end);
  return exclusive(onLetter(text, end));
}

/** Motions that go up or down keep to a column of the screen. */
function vertical(by: 1 | -1): Motion {
  return (from, command) => {
    const { text, cursor } = from;
    let at = lineStart(text, cursor);
    let moved = false;
    for (let left = countOf(command); left > 0; left -= 1) {
      const to = by > 0 ? lineEnd(text, at) + 1 : at - 1;
      if (to < 0 || to > text.length) break;
      at = lineStart(text, to);
      moved = true;
    }
    if (!moved) return null;
    const goal = from.goal ?? columnOf(text, cursor);
    return { at: atColumn(text, at, goal, from.isVisual), takes: 'lines', goal };
  };
}

/** The column of `at` in its line, in cells. */
function columnOf(text: string, at: number): number {
  const start = lineStart(text, at);
  let column = 0;
  for (const cell of cells(text.slice(start, at))) column += cell.width;
  return column;
}

/** The letter under `column` in the line that begins at `start`. */
function atColumn(text: string, start: number, column: number, mayEnd: boolean): number {
  const end = lineEnd(text, start);
  let used = 0;
  for (const cell of column === Infinity ? [] : cells(text.slice(start, end))) {
    used += cell.width;
    if (used > column) return start + cell.start;
  }
  return mayEnd ? end : onLetter(text, end);
}

function lineEndMotion({ text, cursor, isVisual }: From, command: Command): Target | null {
  let at = cursor;
  for (let left = countOf(command) - 1; left > 0; left -= 1) {
    const end = lineEnd(text, at);
    if (end >= text.length) {
      if (at === cursor) return null;
      break;
    }
    at = end + 1;
  }
  const end = lineEnd(text, at);
  return { at: isVisual ? end : onLetter(text, end), takes: 'inclusive', goal: Infinity };
}

/** To a line by its number, or else to the first (gg) or the last (G). */
function toLine(instead: 'first' | 'last'): Motion {
  return ({ text }, { count }) => {
    let at = 0;
    const number = count ?? (instead === 'first' ? 1 : Infinity);
    for (let line = 1; line < number; line += 1) {
      const end = lineEnd(text, at);
      if (end >= text.length) break;
      at = end + 1;
    }
    return { at: firstLetter(text, at), takes: 'lines' };
  };
}

/** A motion by words that found nothing moves a cursor all the same, but only as far as a letter. */
function landed(
  { text, cursor, isVisual }: From,
  arrival: Arrival,
  takes: 'exclusive' | 'inclusive',
): Target {
  const isPast = arrival.at > cursor && !isVisual && arrival.at > lineStart(text, arrival.at);
  const onEnd = isPast && arrival.at === lineEnd(text, arrival.at);
  return onEnd ? { at: previous(text, arrival.at), takes: 'inclusive' } : { at: arrival.at, takes };
}

function byWord(isBig: boolean): Motion {
  return (from, command) => {
    const { text, cursor } = from;
    const count = countOf(command);
    const isOnBlank = /^(?:\s|$)/u.test(text.slice(cursor, cursor + 1));
    // Changing a word leaves the blank after it alone, as if it was changed to its end.
    if (command.operator === 'c' && !isOnBlank)
      return landed(from, wordEnd(text, cursor, { count, isBig, stays: true }), 'inclusive');
    const staysInLine = command.operator !== null;
    return landed(from, wordAhead(text, cursor, { count, isBig, staysInLine }), 'exclusive');
  };
}

function toWordEnd(isBig: boolean): Motion {
  return (from, command) =>
    landed(from, wordEnd(from.text, from.cursor, { count: countOf(command), isBig }), 'inclusive');
}

function byWordBack(isBig: boolean): Motion {
  return ({ text, cursor }, command) => {
    const { at, failed } = wordBack(text, cursor, { count: countOf(command), isBig });
    return failed && (at === cursor || command.operator !== null) ? null : exclusive(at);
  };
}

type Seeking = {
  readonly verb: string;
  readonly letter: string;
  readonly times: number;
  readonly isAgain: boolean;
};

/** Looks for a letter in the line: f and t ahead, F and T back; t and T stop one letter before it. */
function seek({ text, cursor }: From, { verb, letter, times, isAgain }: Seeking): Target | null {
  const isAhead = 'ft'.includes(verb);
  const isTill = 'tT'.includes(verb);
  const step = isAhead ? next : previous;
  const hits = hitsOf(text, cursor, letter, isAhead);
  // Right before the letter already, `;` goes on to the next one.
  const isStuck = isAgain && isTill && times === 1 && hits[0] === step(text, cursor);
  const at = hits[isStuck ? times : times - 1];
  if (at === undefined) return null;
  const before = isAhead ? previous(text, at) : next(text, at);
  return { at: isTill ? before : at, takes: isAhead ? 'inclusive' : 'exclusive' };
}

/** Where `letter` stands in the rest of the line, or in the line before the cursor, the nearest first. */
function hitsOf(text: string, cursor: number, letter: string, isAhead: boolean): readonly number[] {
  const [from, to] = isAhead
    ? [next(text, cursor), lineEnd(text, cursor)]
    : [lineStart(text, cursor), cursor];
  const hits: number[] = [];
  for (let at = from; at < to; at = next(text, at)) {
    if (text.slice(at, next(text, at)) === letter) hits.push(at);
  }
  return isAhead ? hits : hits.toReversed();
}

function find(from: From, command: Command): Target | null {
  const { verb, letter } = command;
  return seek(from, { verb, letter, times: countOf(command), isAgain: false });
}

function findAgain(turns: boolean): Motion {
  return (from, command) => {
    if (!from.sought) return null;
    const { verb, letter } = from.sought;
    const other = verb === verb.toLowerCase() ? verb.toUpperCase() : verb.toLowerCase();
    return seek(from, { verb: turns ? other : verb, letter, times: countOf(command), isAgain: true });
  };
}

/** Every motion by its verb; null where it leads nowhere. */
export const motions: Readonly<Record<string, Motion>> = {
  h: toLeft,
  l: toRight,
  j: vertical(1),
  k: vertical(-1),
  0: ({ text, cursor }) => exclusive(lineStart(text, cursor)),
  '^': ({ text, cursor }) => exclusive(onLetter(text, indentEnd(text, cursor))),
  $: lineEndMotion,
  gg: toLine('first'),
  G: toLine('last'),
  w: byWord(false),
  W: byWord(true),
  b: byWordBack(false),
  B: byWordBack(true),
  e: toWordEnd(false),
  E: toWordEnd(true),
  f: find,
  F: find,
  t: find,
  T: find,
  ';': findAgain(false),
  ',': findAgain(true),
};
