import type { View } from './view.ts';
import type { VimMode } from './vim.ts';

/** What keys mean in the draft in vim mode; null where they mean what they do without it: in every dialog, and with other settings. */
export function vimModeOf({ settings, dialog, vim }: View): VimMode | null {
  return settings.editing === 'vim' && dialog === null ? vim.mode : null;
}

/** The view in which the draft is written on: vim mode inserts. */
export function withWriting(view: View): View {
  return { ...view, vim: { ...view.vim, mode: 'insert', keys: [], inserting: null } };
}
