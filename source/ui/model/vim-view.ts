import type { View } from './view.ts';
import type { VimMode } from './vim.ts';

/** The meaning of keys in the draft in vim mode; null where they keep their usual meaning: in every dialog, and with other settings. */
export function vimModeOf({ settings, dialog, vim }: View): VimMode | null {
  return settings.editing === 'vim' && dialog === null ? vim.mode : null;
}

/** The view with vim mode inserting, to continue the draft. */
export function withWriting(view: View): View {
  return { ...view, vim: { ...view.vim, mode: 'insert', keys: [], inserting: null } };
}
