import type { Snapshot } from './editor.ts';

/** What the keys mean in vim mode. */
export type VimMode = 'insert' | 'normal' | 'visual' | 'visual-line';

/** A whole command: `d2iw` has the operator `d`, the verb `iw` and a count of 2; `r` and `f` have a letter. */
export type Command = {
  readonly count: number | null;
  readonly operator: string | null;
  readonly verb: string;
  readonly letter: string;
};

/** How far a selection went that was changed: `.` takes as much from the cursor on. */
export type Extent = { readonly lines: number; readonly letters: number; readonly isWhole: boolean };

/** The last change, for `.`: what was typed after it belongs to it. */
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

/** What vim mode knows besides the draft: cut and copied pieces and the steps of undo are the editor's own. */
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

/** Vim mode begins with inserting: what is typed is text. */
export const vimAtStart: Vim = {
  mode: 'insert',
  keys: [],
  anchor: 0,
  sought: null,
  lines: null,
  inserting: null,
  last: null,
};

/** Another draft: a command that has begun and a selection were of the one before. */
export function calmed(vim: Vim): Vim {
  return { ...vim, mode: vim.mode === 'insert' ? 'insert' : 'normal', keys: [] };
}
