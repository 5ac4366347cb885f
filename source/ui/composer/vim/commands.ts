import type { Change, Command, Extent } from '../../model/vim.ts';
import { beginInserting } from './inserting.ts';
import { ahead, firstLetter, indentEnd, lineEnd, next, onLetter } from './letters.ts';
import { countOf, motions, type From, type Target } from './motions.ts';
import { objects } from './objects.ts';
import {
  clear,
  copy,
  edited,
  join,
  mapped,
  openLine,
  put,
  recase,
  remove,
  turnBack,
  turned,
  type Span,
} from './operators.ts';
import { spanOver, spanTo } from './spans.ts';
import { inNormal, movedTo, type State } from './state.ts';

/** The starting point of a motion in this state. */
export function fromOf({ editor, vim }: State, isVisual: boolean): From {
  const { text, cursor, goal } = editor;
  return { text, cursor, goal, sought: vim.sought, isVisual };
}

/** Carries out a command of normal mode; does nothing where that is impossible. */
export function runNormal(state: State, command: Command): State {
  const meant = shortcuts[command.verb];
  const whole = command.operator === null && meant ? { ...command, ...meant } : command;
  if (whole.operator !== null) return operate(state, whole, command);
  const simple = simples[command.verb];
  if (simple) return simple(state, command);
  const target = motions[command.verb]?.(fromOf(state, false), command);
  return target ? arrive(state, target) : state;
}

/** The cursor where a motion led. */
export function arrive(state: State, { at, goal }: Target): State {
  return movedTo(state, at, goal ?? null);
}

/** Commands that stand for an operator with a motion. */
const shortcuts: Readonly<Record<string, Pick<Command, 'operator' | 'verb'>>> = {
  x: { operator: 'd', verb: 'l' },
  X: { operator: 'd', verb: 'h' },
  D: { operator: 'd', verb: '$' },
  C: { operator: 'c', verb: '$' },
  s: { operator: 'c', verb: 'l' },
  S: { operator: 'c', verb: 'line' },
  Y: { operator: 'y', verb: 'line' },
};

/** Applies an operator to the text that its motion or object covers. */
function operate(state: State, command: Command, typed: Command): State {
  const { editor } = state;
  const found = covered(state, command);
  if (!found) return state;
  const { span, after } = found;
  return applied(after, span, { operator: command.operator ?? '', before: editor, change: changeOf(typed) });
}

/** How an operator is applied: `before` is the draft before its command. */
type Applying = {
  readonly operator: string;
  readonly before: State['editor'];
  readonly change: Change;
};

/** The state after an operator worked on a span. */
export function applied(state: State, span: Span, { operator, before, change }: Applying): State {
  if (operator === 'y') return copy(state, span);
  if (operator === 'c') return beginInserting(clear(state, span), before, change);
  const done = operator === 'd' ? remove(state, span) : recase(state, span, operator);
  return repeatable(done, change);
}

/** A change without text typed after it. */
export function changeOf(command: Command, extent: Extent | null = null): Change {
  return { command, typed: '', extent };
}

/** The state in which `.` repeats `change`. */
export function repeatable({ editor, vim }: State, change: Change): State {
  return { editor, vim: { ...vim, last: change } };
}

type Covered = { readonly span: Span; readonly after: State };

function covered(state: State, command: Command): Covered | null {
  const { text, cursor } = state.editor;
  const { operator, verb } = command;
  const name = operator ?? '';
  if (verb === 'line') return linesFrom(state, command);
  const object = /^[ia]./u.test(verb) ? objects[verb.slice(1)] : undefined;
  if (object) {
    const range = object(text, cursor, { around: verb.startsWith('a'), count: countOf(command) });
    return range && { span: spanOver(text, range, name), after: state };
  }
  const target = motions[verb]?.(fromOf(state, false), command);
  if (!target) return null;
  return { span: spanTo(text, cursor, target, name), after: movedTo(state, cursor) };
}

function linesFrom(state: State, command: Command): Covered | null {
  const { text, cursor } = state.editor;
  const count = countOf(command);
  const down = count > 1 ? motions['j']?.(fromOf(state, false), { ...command, count: count - 1 }) : null;
  if (count > 1 && !down) return null;
  const isOne = count === 1 && command.operator !== 'y';
  const start = isOne ? Math.min(cursor, firstLetter(text, cursor)) : cursor;
  return { span: { start, end: down?.at ?? cursor, isLines: true }, after: state };
}

type Simple = (state: State, command: Command) => State;

function inserting(place: (text: string, cursor: number) => number): Simple {
  return (state, command) => {
    const { text, cursor } = state.editor;
    return beginInserting(movedTo(state, place(text, cursor)), state.editor, changeOf(command));
  };
}

function opening(side: 'after' | 'before'): Simple {
  return (state, command) => beginInserting(openLine(state, side), state.editor, changeOf(command));
}

function putting(side: 'after' | 'before'): Simple {
  return (state, command) => repeatable(put(state, side, countOf(command)), changeOf(command));
}

function joining(state: State, command: Command): State {
  const joined = join(state, countOf(command));
  return joined === state ? state : repeatable(joined, changeOf(command));
}

function replace(state: State, command: Command): State {
  const { text, cursor } = state.editor;
  const end = lineEnd(text, cursor);
  let to = cursor;
  for (let left = countOf(command); left > 0; left -= 1) {
    if (to >= end) return state;
    to = next(text, to);
  }
  const written = command.letter.repeat(countOf(command));
  const last = cursor + written.length - command.letter.length;
  const changed = text.slice(0, cursor) + written + text.slice(to);
  return repeatable(edited(state, changed, last, cursor), changeOf(command));
}

function turnCase(state: State, command: Command): State {
  const { text, cursor } = state.editor;
  const to = ahead(text, cursor, countOf(command), lineEnd(text, cursor));
  const changed = mapped(text, [cursor, to], turned);
  return repeatable(edited(state, changed, onLetter(changed, to), cursor), changeOf(command));
}

function turning(direction: 'undo' | 'redo'): Simple {
  return (state, command) => {
    let now = state;
    for (let left = countOf(command); left > 0; left -= 1) {
      const then = turnBack(now, direction);
      if (then.editor === now.editor) break;
      now = then;
    }
    return now;
  };
}

function selecting(mode: 'visual' | 'visual-line'): Simple {
  return ({ editor, vim }) => ({ editor, vim: { ...vim, mode, anchor: editor.cursor } });
}

/** Commands that are neither motions nor operators. */
const simples: Readonly<Record<string, Simple>> = {
  i: inserting((_text, cursor) => cursor),
  a: inserting((text, cursor) => (cursor < lineEnd(text, cursor) ? next(text, cursor) : cursor)),
  I: inserting((text, cursor) => indentEnd(text, cursor)),
  A: inserting((text, cursor) => lineEnd(text, cursor)),
  o: opening('after'),
  O: opening('before'),
  p: putting('after'),
  P: putting('before'),
  J: joining,
  r: replace,
  '~': turnCase,
  u: turning('undo'),
  redo: turning('redo'),
  v: selecting('visual'),
  V: selecting('visual-line'),
};

/** The state in normal mode, its cursor on a letter. */
export function settled(state: State): State {
  const { editor } = state;
  const at = onLetter(editor.text, editor.cursor);
  return inNormal(at === editor.cursor ? state : { ...state, editor: { ...editor, cursor: at } });
}
