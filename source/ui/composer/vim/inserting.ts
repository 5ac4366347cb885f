import { insert, type Editor } from '../../model/editor.ts';
import type { Change, Inserting } from '../../model/vim.ts';
import { back, lineStart } from './letters.ts';
import { countOf } from './motions.ts';
import { inNormal, type State } from './state.ts';

/** Begins to insert at the cursor; `before` is the draft as it was before the command that does this. */
export function beginInserting(state: State, before: Editor, change: Change): State {
  const { editor } = state;
  const { text, cursor } = editor;
  const [step] = text === before.text ? [{ text, cursor }] : editor.past;
  const inserting: Inserting = {
    change,
    before: step ?? { text, cursor },
    past: before.past,
    history: editor.history,
    ends: [text.slice(0, cursor), text.slice(cursor)],
  };
  return { editor, vim: { ...state.vim, mode: 'insert', keys: [], inserting } };
}

/** Ends inserting: repeats the text if there was a count, and makes everything since the beginning one step of undo. */
export function endInserting(state: State): State {
  const { inserting } = state.vim;
  // This is another draft by now, or it was sent: it has its own steps.
  const isSame = inserting !== null && inserting.history === state.editor.history;
  const ended = isSame ? settle(state, inserting) : state;
  const { text, cursor } = ended.editor;
  const stepped = back(text, cursor, 1, lineStart(text, cursor));
  const editor: Editor = { ...ended.editor, cursor: stepped, goal: null, last: 'other' };
  return inNormal({ editor, vim: { ...ended.vim, inserting: null } });
}

function settle({ editor, vim }: State, inserting: Inserting): State {
  const { change, before, past } = inserting;
  const typed = typedBetween(editor.text, inserting.ends);
  const repeated = typed === null ? editor : repeatedIn(editor, change, typed);
  const last = typed === null ? vim.last : { ...change, typed };
  const one = repeated.text === before.text ? { past } : { past: [before, ...past], future: [] };
  return { editor: { ...repeated, ...one }, vim: { ...vim, last } };
}

/** The text that stands where the insertion began; null where text around it was changed, too. */
function typedBetween(text: string, [head, tail]: Inserting['ends']): string | null {
  const isBetween = text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
  return isBetween ? text.slice(head.length, text.length - tail.length) : null;
}

/** The most that repeating adds (UTF-16 units). */
const mostUnits = 4 * 1024 * 1024;

function repeatedIn(editor: Editor, { command }: Change, typed: string): Editor {
  const isLine = command.verb === 'o' || command.verb === 'O';
  const isRepeatable = isLine || 'iaIA'.includes(command.verb);
  const piece = isLine ? `\n${typed}` : typed;
  const most = Math.floor(mostUnits / Math.max(1, piece.length));
  const times = isRepeatable && command.operator === null ? Math.min(most, countOf(command) - 1) : 0;
  return times > 0 ? insert(editor, piece.repeat(times)) : editor;
}
