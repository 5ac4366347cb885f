import type { Command } from '../../model/vim.ts';
import { applied, arrive, changeOf, fromOf, repeatable, settled } from './commands.ts';
import { beginInserting } from './inserting.ts';
import { firstLetter, next, previous } from './letters.ts';
import { countOf, motions } from './motions.ts';
import { objects } from './objects.ts';
import { bounds, clear, edited, join, remove, type Span } from './operators.ts';
import { extentOf, selected } from './spans.ts';
import { inNormal, movedTo, type State } from './state.ts';

/** The selected text; null in other modes. */
export function selectionOf({ editor, vim }: State): Span | null {
  if (vim.mode !== 'visual' && vim.mode !== 'visual-line') return null;
  const anchor = Math.min(vim.anchor, editor.text.length);
  return selected(editor.text, anchor, editor.cursor, vim.mode === 'visual-line');
}

/** All lines of the selection. */
function linesOf({ editor, vim }: State): Span {
  return selected(editor.text, Math.min(vim.anchor, editor.text.length), editor.cursor, true);
}

/** Carries out a command while text is selected. */
export function runVisual(state: State, command: Command): State {
  const { verb } = command;
  const turn = turns[verb];
  if (turn) return turn(state);
  const operator = visualOperators[verb];
  const span = selectionOf(state);
  if (operator && span) return overSelection(state, operator[1] ? linesOf(state) : span, command);
  if (/^[ia]./u.test(verb)) return overObject(state, command);
  const target = motions[verb]?.(fromOf(state, true), command);
  return target ? arrive(state, target) : state;
}

/** Keys that turn the selection itself. */
const turns: Readonly<Record<string, (state: State) => State>> = {
  o: swapped,
  v: (state) => switched(state, 'visual'),
  V: (state) => switched(state, 'visual-line'),
};

/** The meaning of an operator's key on a selection, and whether it always takes whole lines. */
const visualOperators: Readonly<Record<string, readonly [operator: string, takesLines?: true]>> = {
  d: ['d'],
  x: ['d'],
  X: ['d', true],
  D: ['d', true],
  y: ['y'],
  Y: ['y', true],
  c: ['c'],
  s: ['c'],
  C: ['c', true],
  S: ['c', true],
  R: ['c', true],
  '~': ['g~'],
  'g~': ['g~'],
  u: ['gu'],
  gu: ['gu'],
  U: ['gU'],
  gU: ['gU'],
  J: ['join'],
  p: ['put'],
  P: ['put'],
  r: ['replace'],
};

/** Does the operator of a command with a span, as selected or as `.` finds it again. */
export function overSelection(state: State, span: Span, command: Command): State {
  const [operator = ''] = visualOperators[command.verb] ?? [];
  // After a put over a selection vim's `.` only deletes as much.
  const again = operator === 'put' ? { ...command, count: null, verb: 'd' } : command;
  const change = changeOf(again, extentOf(state.editor.text, span));
  const calm = inNormal(state);
  if (operator === 'join') return repeatable(settled(joined(calm, span)), change);
  if (operator === 'put') return repeatable(settled(putOver(calm, span, command)), change);
  if (operator === 'replace') return repeatable(settled(replaced(calm, span, command.letter)), change);
  if (operator === 'c') return beginInserting(clear(calm, span), state.editor, change);
  return settled(applied(calm, span, { operator, before: state.editor, change }));
}

function swapped({ editor, vim }: State): State {
  return movedTo(
    { editor, vim: { ...vim, anchor: editor.cursor } },
    Math.min(vim.anchor, editor.text.length),
  );
}

function switched(state: State, mode: 'visual' | 'visual-line'): State {
  if (state.vim.mode === mode) return settled(state);
  return { ...state, vim: { ...state.vim, mode } };
}

/** Selects a text object instead of the current selection. */
function overObject(state: State, command: Command): State {
  const { text, cursor } = state.editor;
  const { verb } = command;
  const choice = { around: verb.startsWith('a'), count: countOf(command) };
  const range = objects[verb.slice(1)]?.(text, cursor, choice);
  if (!range || range.end <= range.start) return state;
  const vim = { ...state.vim, mode: 'visual' as const, anchor: range.start };
  return movedTo({ ...state, vim }, previous(text, range.end));
}

/** Joins all lines of a span. */
function joined(state: State, { start, end, isLines }: Span): State {
  const { text } = state.editor;
  const lines = text.slice(start, Math.max(start, isLines ? end : end - 1)).split('\n').length;
  return join(movedTo(state, start), lines);
}

/** Writes one letter over every letter of a span. */
function replaced(state: State, span: Span, letter: string): State {
  const { text } = state.editor;
  const [from, to] = bounds(text, span);
  let middle = '';
  for (let at = from; at < to; at = next(text, at)) middle += text.charAt(at) === '\n' ? '\n' : letter;
  return edited(state, text.slice(0, from) + middle + text.slice(to), from, span.start);
}

/** Puts the newest cut in place of a span; with `p` the span becomes the newest cut itself, with `P` nothing does. */
function putOver(state: State, span: Span, command: Command): State {
  const { text, ring } = state.editor;
  const [piece = ''] = ring;
  const isWhole = state.vim.lines === piece && piece !== '';
  const cut = remove(state, span);
  const kept =
    command.verb === 'P' ? state : { editor: { ...state.editor, ring: cut.editor.ring }, vim: cut.vim };
  const [from, to] = bounds(text, span);
  if (!isWhole && !span.isLines) {
    const letters = piece.repeat(countOf(command));
    const whole = text.slice(0, from) + letters + text.slice(to);
    const end = letters.includes('\n') ? from : previous(whole, from + letters.length);
    return edited(kept, whole, end, span.start);
  }
  // Letters in place of lines are lines of their own, and lines in place of letters split the line.
  const lines = (isWhole ? piece : `${piece}\n`).repeat(countOf(command)).slice(0, -1);
  const [before, after] = span.isLines ? ['', ''] : ['\n', '\n'];
  const whole = text.slice(0, from) + before + lines + after + text.slice(to);
  return edited(kept, whole, firstLetter(whole, from + before.length), span.start);
}
