import type { Change, Command } from '../../model/vim.ts';
import { runNormal, settled } from './commands.ts';
import { insert } from '../../model/editor.ts';
import { endInserting } from './inserting.ts';
import { parse, type Parsed } from './parse.ts';
import { overSelection, runVisual } from './selection.ts';
import { extended } from './spans.ts';
import { inNormal, type State } from './state.ts';

/** Nobody types a command of more keys. */
const mostKeys = 32;

/**
 * Applies a key to a draft in vim mode: a grapheme, or the name of a key that types nothing (`escape`, `redo`). In insert mode only Escape
 * does something here; typed text goes into the draft elsewhere.
 */
export function pressVim(state: State, key: string): State {
  if (key === 'escape') return state.vim.mode === 'insert' ? endInserting(state) : settled(state);
  if (state.vim.mode === 'insert') return state;
  const ready = state.vim.mode === 'normal' ? onLetterNow(state) : state;
  const keys = [...ready.vim.keys, key];
  const parsed = parse(keys, ready.vim.mode);
  if (parsed === 'more' && keys.length < mostKeys) return { ...ready, vim: { ...ready.vim, keys } };
  const begun: State = {
    ...ready,
    vim: { ...ready.vim, keys: [], sought: soughtBy(parsed) ?? ready.vim.sought },
  };
  return typeof parsed === 'string' ? begun : run(begun, parsed);
}

function run(state: State, command: Command): State {
  if (state.vim.mode !== 'normal') return runVisual(state, command);
  return command.verb === '.' ? repeat(state, command.count) : runNormal(state, command);
}

/** The letter that a command looks for in its line, found or not. */
function soughtBy(parsed: Parsed): State['vim']['sought'] {
  if (typeof parsed === 'string' || !/^[fFtT]$/u.test(parsed.verb)) return null;
  return { verb: parsed.verb, letter: parsed.letter };
}

/** The cursor of normal mode stands on a letter, wherever the draft was changed from. */
function onLetterNow(state: State): State {
  const { editor } = settled(state);
  return { ...state, editor };
}

/** Repeats the last change, with a new count if there is one. */
function repeat(state: State, count: number | null): State {
  const { last } = state.vim;
  if (!last) return state;
  const change: Change = count === null ? last : { ...last, command: { ...last.command, count } };
  const { text, cursor } = state.editor;
  const done = change.extent
    ? overSelection(state, extended(text, cursor, change.extent), change.command)
    : runNormal(state, change.command);
  if (done.vim.mode !== 'insert') return inNormal(done);
  return endInserting({ ...done, editor: insert(done.editor, change.typed) });
}
