import { pressVim } from '../../source/ui/composer/vim/press.ts';
import type { State } from '../../source/ui/composer/vim/state.ts';
import { editorOf, insert } from '../../source/ui/model/editor.ts';
import { vimAtStart } from '../../source/ui/model/vim.ts';
import type { VimAnswer, VimCase } from './real-vim.ts';

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const named: Readonly<Record<string, string>> = { '\u001b': 'escape', '\u0012': 'redo' };

/** A draft in normal mode, with what real-vim.ts leaves in a register, as the last change and as the last letter looked for. */
function begun({ text, cursor }: VimCase): State {
  const command = { count: null, operator: null, verb: 'r', letter: 'Q' };
  return {
    editor: { ...editorOf(text), cursor, ring: ['Q'] },
    vim: {
      ...vimAtStart,
      mode: 'normal',
      sought: { verb: 'f', letter: 'Q' },
      last: { command, typed: '', extent: null },
    },
  };
}

/** The result of the program's vim mode for a case. */
export function askOurs(one: VimCase): VimAnswer {
  const all = one.keys.reduce(pressed, begun(one));
  const { editor } = pressVim(pressVim(all, 'escape'), 'escape');
  return { text: editor.text, cursor: editor.cursor };
}

/** The texts after each command of a case. */
export function textsOf(one: VimCase): readonly string[] {
  const texts: string[] = [];
  let state = begun(one);
  for (const command of one.keys) {
    state = pressed(state, command);
    texts.push(state.editor.text);
  }
  return texts;
}

function pressed(before: State, command: string): State {
  let state = before;
  for (const { segment } of letters.segment(command)) {
    const key = named[segment] ?? segment;
    const isText = state.vim.mode === 'insert' && key !== 'escape';
    state = isText ? { ...state, editor: insert(state.editor, segment, 'type') } : pressVim(state, key);
  }
  return state;
}
