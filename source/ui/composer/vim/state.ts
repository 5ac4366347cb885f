import type { Editor } from '../../model/editor.ts';
import type { Vim } from '../../model/vim.ts';

/** A draft, and the state of vim mode. */
export type State = { readonly editor: Editor; readonly vim: Vim };

/** The state with another cursor; `goal` is the column that up and down keep to. */
export function movedTo(state: State, cursor: number, goal: number | null = null): State {
  return { ...state, editor: { ...state.editor, cursor, goal, last: 'other' } };
}

/** The state in normal mode with no command begun. */
export function inNormal({ editor, vim }: State): State {
  return { editor, vim: { ...vim, mode: 'normal', keys: [] } };
}
