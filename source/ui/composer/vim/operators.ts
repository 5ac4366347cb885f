import { changed, withPiece, type Editor } from '../../model/editor.ts';
import { firstLetter, indentEnd, lineEnd, lineStart, next, onLetter, previous } from './letters.ts';
import { movedTo, type State } from './state.ts';

/** The text that an operator works on: letters from `start` up to `end`, or all lines that contain them. */
export type Span = { readonly start: number; readonly end: number; readonly isLines: boolean };

/** The letters and line feeds that a span covers, for lines with the feed behind the last. */
export function bounds(text: string, { start, end, isLines }: Span): readonly [from: number, to: number] {
  return isLines ? [lineStart(text, start), lineEnd(text, end)] : [start, end];
}

/** Keeps the text of a span as the newest cut. */
function keep({ editor, vim }: State, span: Span): State {
  const [from, to] = bounds(editor.text, span);
  const piece = editor.text.slice(from, to) + (span.isLines ? '\n' : '');
  return { editor: withPiece(editor, piece), vim: { ...vim, lines: span.isLines ? piece : null } };
}

/** A draft with new text; undo brings back the old one, with the cursor at `from`. */
export function edited(state: State, text: string, cursor: number, from: number): State {
  const { editor } = state;
  if (text === editor.text) return movedTo(state, cursor);
  return { ...state, editor: changed({ ...editor, cursor: from }, { text, cursor }) };
}

/** Cuts a span out. */
export function remove(state: State, span: Span): State {
  if (!span.isLines && span.start >= span.end) return movedTo(state, onLetter(state.editor.text, span.start));
  const kept = keep(state, span);
  const { text } = state.editor;
  const [from, to] = bounds(text, span);
  const isLast = to >= text.length;
  const [cutFrom, cutTo] = span.isLines
    ? [isLast && from > 0 ? from - 1 : from, isLast ? to : to + 1]
    : [from, to];
  const left = text.slice(0, cutFrom) + text.slice(cutTo);
  const cursor = span.isLines ? firstLetter(left, Math.min(from, left.length)) : onLetter(left, from);
  return edited(kept, left, cursor, span.start);
}

/** Cuts a span out to write something else there; of lines, an empty one stays. */
export function clear(state: State, span: Span): State {
  const kept = span.isLines || span.start < span.end ? keep(state, span) : state;
  const { text } = state.editor;
  const [from, to] = bounds(text, span);
  return edited(kept, text.slice(0, from) + text.slice(to), from, span.start);
}

/** Copies a span. */
export function copy(state: State, span: Span): State {
  return movedTo(keep(state, span), onLetter(state.editor.text, span.start));
}

const cases: Readonly<Record<string, (letter: string) => string>> = {
  'g~': turned,
  gu: (letter) => letter.toLowerCase(),
  gU: (letter) => letter.toUpperCase(),
};

/** A letter in the other case; one that has no other in as many letters stays as it is. */
export function turned(letter: string): string {
  const [upper, lower] = [letter.toUpperCase(), letter.toLowerCase()];
  return letter === upper ? lower : upper;
}

/** Changes every letter from `from` to `to` that stays one letter by it. */
export function mapped(
  text: string,
  [from, to]: readonly [number, number],
  change: (letter: string) => string,
): string {
  let middle = '';
  for (let at = from; at < to; at = next(text, at)) {
    const letter = text.slice(at, next(text, at));
    const other = change(letter);
    middle += other.length === letter.length ? other : letter;
  }
  return text.slice(0, from) + middle + text.slice(to);
}

/** Changes the case of a span. */
export function recase(state: State, span: Span, operator: string): State {
  const { text } = state.editor;
  const changedText = mapped(text, bounds(text, span), cases[operator] ?? turned);
  return edited(state, changedText, onLetter(changedText, span.start), span.start);
}

/** Puts the newest cut behind or before the cursor, `count` times. */
export function put(state: State, side: 'after' | 'before', count: number): State {
  const [piece = ''] = state.editor.ring;
  const times = Math.min(count, Math.floor(mostUnits / Math.max(1, piece.length)));
  if (piece === '' || times < 1) return state;
  return state.vim.lines === piece
    ? putLines(state, side, piece, times)
    : putLetters(state, side, piece, times);
}

/** One command never adds more than this (UTF-16 units). */
const mostUnits = 4 * 1024 * 1024;

function putLines(state: State, side: 'after' | 'before', piece: string, times: number): State {
  const { text, cursor } = state.editor;
  const lines = piece.repeat(times).slice(0, -1);
  if (side === 'before') {
    const at = lineStart(text, cursor);
    const longer = `${text.slice(0, at)}${lines}\n${text.slice(at)}`;
    return edited(state, longer, firstLetter(longer, at), cursor);
  }
  const at = lineEnd(text, cursor);
  const longer = `${text.slice(0, at)}\n${lines}${text.slice(at)}`;
  return edited(state, longer, firstLetter(longer, at + 1), cursor);
}

function putLetters(state: State, side: 'after' | 'before', piece: string, times: number): State {
  const { text, cursor } = state.editor;
  const at = side === 'after' && cursor < lineEnd(text, cursor) ? next(text, cursor) : cursor;
  const inserted = piece.repeat(times);
  const longer = text.slice(0, at) + inserted + text.slice(at);
  const end = piece.includes('\n') ? onLetter(longer, at) : previous(longer, at + inserted.length);
  return edited(state, longer, end, cursor);
}

/** Joins `count` lines from the cursor's on, a blank between them. */
export function join(state: State, count: number): State {
  const { text, cursor } = state.editor;
  let [joined, rest] = [lineEnd(text, cursor), lineEnd(text, cursor)];
  let last = text.slice(lineStart(text, cursor), joined);
  let line = last;
  let seam = line.length;
  for (let left = Math.max(2, count) - 1; left > 0 && rest < text.length; left -= 1) {
    const start = indentEnd(text, rest + 1);
    rest = lineEnd(text, start);
    const more = text.slice(start, rest);
    seam = line.length;
    line += (line === '' ? '' : blankBetween(last, more)) + more;
    last = more;
    joined = rest;
  }
  if (rest === lineEnd(text, cursor)) return count > 2 ? movedTo(state, lineStart(text, cursor)) : state;
  const from = lineStart(text, cursor);
  const shorter = text.slice(0, from) + line + text.slice(joined);
  return edited(state, shorter, onLetter(shorter, from + seam), cursor);
}

/** A blank, unless the line before ends with one already; of several lines that are joined, vim looks at the last, even if it is empty. */
function blankBetween(before: string, more: string): string {
  return more === '' || more.startsWith(')') || /[ \t]$/u.test(before) ? '' : ' ';
}

/** An empty line below the cursor's, or above it, with the cursor in it. */
export function openLine(state: State, side: 'after' | 'before'): State {
  const { text, cursor } = state.editor;
  const at = side === 'after' ? lineEnd(text, cursor) : lineStart(text, cursor);
  const longer = `${text.slice(0, at)}\n${text.slice(at)}`;
  return edited(state, longer, side === 'after' ? at + 1 : at, cursor);
}

/** The draft before the last change, or after the one taken back last: the editor's own steps, and the cursor where the change was. */
export function turnBack({ editor, vim }: State, direction: 'undo' | 'redo'): State {
  const [step, ...rest] = direction === 'undo' ? editor.past : editor.future;
  if (!step) return { editor, vim };
  const other = { text: editor.text, cursor: step.cursor };
  const lists: Pick<Editor, 'past' | 'future'> =
    direction === 'undo'
      ? { past: rest, future: [other, ...editor.future] }
      : { past: [other, ...editor.past], future: rest };
  const cursor = onLetter(step.text, sameplace(direction === 'undo' ? step.text : editor.text, step));
  return { editor: { ...editor, ...lists, text: step.text, cursor, goal: null, last: 'other' }, vim };
}

/** The place of a cursor in the text of a step: in the line and the column where the change began. */
function sameplace(
  origin: string,
  { text, cursor }: { readonly text: string; readonly cursor: number },
): number {
  const line = origin.slice(0, cursor).split('\n').length;
  const column = cursor - lineStart(origin, cursor);
  let at = 0;
  for (let left = line - 1; left > 0; left -= 1) {
    const end = lineEnd(text, at);
    if (end >= text.length) return at;
    at = end + 1;
  }
  return Math.min(at + column, lineEnd(text, at));
}
