import type { Snapshot } from './editor.ts';

/** The mode, which decides the meaning of keys. */
export type VimMode = 'insert' | 'normal' | 'visual' | 'visual-line';

/** A whole command: `d2iw` has the operator `d`, the verb `iw` and a count of 2; `r` and `f` have a letter. */
export type Command = {
  readonly count: number | null;
  readonly operator: string | null;
  readonly verb: string;
  readonly letter: string;
};

/** The extent of a changed selection: `.` takes as much from the cursor on. */
export type Extent = { readonly lines: number; readonly letters: number; readonly isWhole: boolean };

/** The last change, for `.`, including the text typed after it. */
export type Change = { readonly command: Command; readonly typed: string; readonly extent: Extent | null };

/** An insertion under way: everything since its beginning is one step of undo. */
export type Inserting = {
  readonly change: Change;
  /** The draft before the command that began it, and the steps of undo before that. */
  readonly before: Snapshot;
  readonly past: readonly Snapshot[];
  /** The texts sent before: other ones tell that this is another draft by now. */
  readonly history: readonly string[];
  /** The text before and after the place of the insertion. */
  readonly ends: readonly [head: string, tail: string];
};

/** The state of vim mode besides the draft; cut and copied pieces and the steps of undo belong to the editor. */
export type Vim = {
  readonly mode: VimMode;
  /** The keys of a command that has begun. */
  readonly keys: readonly string[];
  /** The other end of the selection. */
  readonly anchor: number;
  /** The last letter looked for, and by which of f F t T. */
  readonly sought: { readonly verb: string; readonly letter: string } | null;
  /** The newest piece in the kill ring, if it is whole lines. */
  readonly lines: string | null;
  readonly inserting: Inserting | null;
  readonly last: Change | null;
};

/** Vim mode begins by inserting: keys type text. */
export const vimAtStart: Vim = {
  mode: 'insert',
  keys: [],
  anchor: 0,
  sought: null,
  lines: null,
  inserting: null,
  last: null,
};

/** This is another draft: a begun command and a selection belonged to the earlier one. */
export function calmed(vim: Vim): Vim {
  return { ...vim, mode: vim.mode === 'insert' ? 'insert' : 'normal', keys: [] };
}
