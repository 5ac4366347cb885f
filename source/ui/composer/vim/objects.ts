import { kindAt, lineEnd, lineStart, indentEnd, next, previous, walkFrom, type Walk } from './letters.ts';
import { wordAhead, wordEnd } from './words.ts';

/** The text that a text object covers, from `start` up to `end` (exclusive). */
export type Range = { readonly start: number; readonly end: number };

/** How an object is chosen: around it (`a`) or inside (`i`), how many. */
type Choice = { readonly around: boolean; readonly count: number };

type Finder = (text: string, cursor: number, choice: Choice) => Range | null;

/** The start of the run of one kind of letters around the cursor, in its line. */
function runStart(text: string, cursor: number, isBig: boolean): number {
  const kind = kindAt(text, cursor, isBig);
  const start = lineStart(text, cursor);
  let at = cursor;
  while (at > start && kindAt(text, previous(text, at), isBig) === kind) at = previous(text, at);
  return at;
}

/** Words and the blanks between them. */
function word(isBig: boolean): Finder {
  return (text, cursor, { around, count }) => {
    const begin = runStart(text, cursor, isBig);
    const isBlank = kindAt(text, begin, isBig) === 'blank';
    const first = firstWord(text, begin, { around, isBig, isBlank });
    if (!first) return null;
    const last = moreWords(text, first, { around, isBig, count });
    if (!last) return null;
    const start = around && !isBlank ? withBlankBefore(text, begin, last, isBig) : begin;
    return { start, end: last.inclusive ? endOf(text, last.at) : last.at };
  };
}

type Last = { readonly at: number; readonly inclusive: boolean };

/** The place after the letter at `at`; an end of line has no letter. */
function endOf(text: string, at: number): number {
  return at < lineEnd(text, at) ? next(text, at) : at;
}

type WordChoice = { readonly around: boolean; readonly isBig: boolean };

function firstWord(
  text: string,
  begin: number,
  { around, isBig, isBlank }: WordChoice & { readonly isBlank: boolean },
): Last | null {
  if (isBlank === around) {
    const end = wordEnd(text, begin, { count: 1, isBig, stays: true, atEmpty: true });
    return end.failed ? null : { at: end.at, inclusive: true };
  }
  const { at } = wordAhead(text, begin, { count: 1, isBig, staysInLine: true });
  const isNextLine = at === lineStart(text, at) && at > begin;
  return { at: backInLine(text, isNextLine ? at - 1 : at), inclusive: true };
}

/** One letter back, but not over the start of a line. */

function backInLine(text: string, at: number): number {
  return at > lineStart(text, at) ? previous(text, at) : at;
}

function moreWords(
  text: string,
  first: Last,
  { around, isBig, count }: WordChoice & { readonly count: number },
): Last | null {
  let last: Last = first;
  for (let left = count - 1; left > 0; left -= 1) {
    const walk = walkFrom(text, last.at, isBig);
    if (!stepIn(walk)) return null;
    if (around) {
      const to = wordAhead(text, walk.at(), { count: 1, isBig, staysInLine: true });
      if (to.failed && left > 1) return null;
      const isStart = to.at === lineStart(text, to.at);
      last = isStart ? { at: to.at, inclusive: false } : { at: previous(text, to.at), inclusive: true };
    } else {
      const { at, failed } = insideNext(text, walk, isBig);
      if (failed) return null;
      last = { at, inclusive: true };
    }
  }
  return last;
}

function insideNext(
  text: string,
  walk: Walk,
  isBig: boolean,
): { readonly at: number; readonly failed: boolean } {
  if (walk.kind() !== 'blank')
    return wordEnd(text, walk.at(), { count: 1, isBig, stays: true, atEmpty: true });
  const { at } = wordAhead(text, walk.at(), { count: 1, isBig, staysInLine: true });
  return { at: backInLine(text, at), failed: false };
}

/** One letter on, never onto the end of a line that has letters. */
function stepIn(walk: Walk): boolean {
  const step = walk.ahead();
  if (step === 'none') return false;
  if (step === 'end') return walk.ahead() !== 'none';
  return true;
}

/** A word without a blank behind it takes the blanks before it, if these are no indent. */
function withBlankBefore(text: string, begin: number, { at, inclusive }: Last, isBig: boolean): number {
  const hasBlankAfter = kindAt(text, at, isBig) === 'blank' && !(at === lineStart(text, at) && !inclusive);
  if (hasBlankAfter || begin === lineStart(text, begin)) return begin;
  const start = runStart(text, previous(text, begin), isBig);
  const isBlank = kindAt(text, start, isBig) === 'blank';
  return isBlank && start > lineStart(text, start) ? start : begin;
}

/** The text between two equal quotes in one line. */
function quoted(quote: string): Finder {
  return (text, cursor, { around, count }) => {
    const [from, to] = [lineStart(text, cursor), lineEnd(text, cursor)];
    const line = text.slice(from, to);
    const pair = pairAround(line, cursor - from, quote);
    if (!pair) return null;
    const [open, close] = pair;
    if (!around) {
      const both = count > 1;
      return { start: from + open + (both ? 0 : 1), end: from + close + (both ? 1 : 0) };
    }
    const after = /^[ \t]*/u.exec(line.slice(close + 1))?.[0].length ?? 0;
    const before = after > 0 ? 0 : countBefore(line, open, ' \t');
    return { start: from + open - before, end: from + close + 1 + after };
  };
}

function pairAround(line: string, at: number, quote: string): readonly [number, number] | null {
  if (line.charAt(at) === quote) return pairWith(line, at, quote);
  const before = quoteBefore(line, at, quote);
  const open = before >= 0 ? before : quoteFrom(line, at, quote, false);
  const close = open < 0 ? -1 : quoteFrom(line, open + 1, quote, true);
  return close < 0 ? null : [open, close];
}

/** The cursor is on a quote: only from the start of the line can one tell whether it opens or closes. */
function pairWith(line: string, at: number, quote: string): readonly [number, number] | null {
  for (let from = 0; ;) {
    const open = quoteFrom(line, from, quote, false);
    if (open < 0 || open > at) return null;
    const close = quoteFrom(line, open + 1, quote, true);
    if (close < 0) return null;
    if (at <= close) return [open, close];
    from = close + 1;
  }
}

/** The next quote from `from` on; where `escapes` counts, one after a backslash is none. */
function quoteFrom(line: string, from: number, quote: string, escapes: boolean): number {
  for (let at = from; at < line.length; at += 1) {
    if (escapes && line.charAt(at) === '\\') at += 1;
    else if (line.charAt(at) === quote) return at;
  }
  return -1;
}

function quoteBefore(line: string, from: number, quote: string): number {
  for (let at = from - 1; at >= 0; at -= 1) {
    if (line.charAt(at) === quote && countBefore(line, at, '\\') % 2 === 0) return at;
  }
  return -1;
}

/** The number of consecutive `letters` right before `at`. */
function countBefore(line: string, at: number, letters: string): number {
  let from = at;
  while (from > 0 && letters.includes(line.charAt(from - 1))) from -= 1;
  return at - from;
}

/** The text between two matching brackets, over any number of lines. */
function bracketed(open: string, close: string): Finder {
  return (text, cursor, { around, count }) => {
    let from = open === '{' ? intoIndent(text, cursor) : cursor;
    if (text.charAt(from) === open) from += 1;
    let start = from;
    for (let left = count; left > 0; left -= 1) start = unmatched(text, start - 1, [open, close], -1);
    // If the cursor is in no pair, take the next one, but none behind a closing bracket.
    if (start < 0 && count === 1) start = ahead(text, from, [open, close]);
    const end = start < 0 ? -1 : unmatched(text, start + 1, [open, close], 1);
    if (start < 0 || end < 0) return null;
    return around ? { start, end: end + 1 } : inside(text, start, end, open);
  };
}

/** The place of the next opening bracket, if no closing one comes before it; else -1. */
function ahead(text: string, from: number, [open, close]: readonly [string, string]): number {
  const [start, end] = [text.indexOf(open, from), text.indexOf(close, from)];
  return end >= 0 && end < start ? -1 : start;
}

/** The indent before a brace counts as the brace. */
function intoIndent(text: string, cursor: number): number {
  return cursor < indentEnd(text, cursor) ? indentEnd(text, cursor) : cursor;
}

/** The place of the nearest unmatched bracket before or after `at`; -1 where there is none. */
function unmatched(text: string, at: number, [open, close]: readonly [string, string], by: 1 | -1): number {
  const [wanted, other] = by > 0 ? [close, open] : [open, close];
  let depth = 0;
  for (let to = at; to >= 0 && to < text.length; to += by) {
    const letter = text.charAt(to);
    if (letter === other) depth += 1;
    else if (letter === wanted) {
      if (depth === 0) return to;
      depth -= 1;
    }
  }
  return -1;
}

/** Inside a pair, without the end of the line behind the first bracket, and for braces without the indent before the last. */
function inside(text: string, open: number, close: number, bracket: string): Range {
  const start = text.charAt(open + 1) === '\n' ? open + 2 : open + 1;
  const isFirst = close === lineStart(text, close);
  const isIndent = bracket === '{' && /^[ \t]*$/u.test(text.slice(lineStart(text, close), close));
  const end = isFirst || !isIndent ? close : lineStart(text, close);
  return { start, end: Math.max(start, end) };
}

const round = bracketed('(', ')');
const curly = bracketed('{', '}');
const square = bracketed('[', ']');
const pointed = bracketed('<', '>');

/** The objects that follow `i` or `a`, by their names. */
export const objects: Readonly<Record<string, Finder>> = {
  w: word(false),
  W: word(true),
  '"': quoted('"'),
  "'": quoted("'"),
  '`': quoted('`'),
  '(': round,
  ')': round,
  b: round,
  '{': curly,
  '}': curly,
  B: curly,
  '[': square,
  ']': square,
  '<': pointed,
  '>': pointed,
};
