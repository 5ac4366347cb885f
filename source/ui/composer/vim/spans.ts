import type { Extent } from '../../model/vim.ts';
import { ahead, indentEnd, lineEnd, lineStart, next, previous } from './letters.ts';
import type { Target } from './motions.ts';
import type { Range } from './objects.ts';
import type { Span } from './operators.ts';

/** The span between the cursor and the target of an operator's motion. */
export function spanTo(text: string, cursor: number, target: Target, operator: string): Span {
  const [start, last] = [Math.min(cursor, target.at), Math.max(cursor, target.at)];
  if (target.takes === 'lines') return { start, end: last, isLines: true };
  if (target.takes === 'exclusive') return exclusiveSpan(text, start, last, operator);
  const end = last < lineEnd(text, last) ? next(text, last) : last;
  return cutLines(text, { start, end, isLines: false }, operator);
}

/** The span that an operator takes of a text object. */
export function spanOver(text: string, { start, end }: Range, operator: string): Span {
  return exclusiveSpan(text, start, end, operator);
}

/**
 * Up to the start of another line means up to the end of the line before it; from within the indent it means whole lines
 * (vim's `:help exclusive-linewise`).
 */
function exclusiveSpan(text: string, start: number, end: number, operator: string): Span {
  const isOther = end > start && end === lineStart(text, end);
  if (!isOther) return cutLines(text, { start, end, isLines: false }, operator);
  if (start <= indentEnd(text, start)) return { start, end: end - 1, isLines: true };
  return cutLines(text, { start, end: end - 1, isLines: false }, operator);
}

/** Deleting all text of several lines deletes the lines (vim's `:help d-special`). */
function cutLines(text: string, span: Span, operator: string): Span {
  const { start, end } = span;
  const isMany = operator === 'd' && lineEnd(text, start) < end;
  if (!isMany || start > indentEnd(text, start)) return span;
  return /^[ \t]*$/u.test(text.slice(end, lineEnd(text, end))) ? { ...span, isLines: true } : span;
}

/** The selection from the anchor to the cursor, including the letter under the later of the two. */
export function selected(text: string, anchor: number, cursor: number, isLines: boolean): Span {
  // Selected lines begin at their start, unless the cursor is above.
  const from = isLines ? lineStart(text, anchor) : anchor;
  const last = Math.max(anchor, cursor);
  const end = last >= text.length ? text.length : next(text, last);
  return { start: Math.min(from, cursor), end: isLines ? last : end, isLines };
}

/** How far a selection goes, for `.`. */
export function extentOf(text: string, { start, end, isLines }: Span): Extent {
  const last = isLines ? end : previous(text, end);
  const lines = text.slice(start, last).split('\n').length;
  let letters = 0;
  for (let at = lines > 1 ? lineStart(text, last) : start; at < end; at = next(text, at)) letters += 1;
  return { lines, letters, isWhole: isLines };
}

/** A span as long as an earlier selection, from the cursor on. */
export function extended(text: string, cursor: number, { lines, letters, isWhole }: Extent): Span {
  let at = cursor;
  for (let left = lines - 1; left > 0 && lineEnd(text, at) < text.length; left -= 1)
    at = lineEnd(text, at) + 1;
  const end = isWhole ? at : ahead(text, at, letters, lineEnd(text, at));
  return { start: cursor, end, isLines: isWhole };
}
