import { after, before, changed, cut, type Editor, moved } from './editor.ts';

let segmenter: Intl.Segmenter | undefined;

function words(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  return segmenter;
}

function wordStart({ text, cursor }: Editor): number {
  let start = 0;
  for (const part of words().segment(text)) {
    if (part.index >= cursor) break;
    if (part.isWordLike) start = part.index;
  }
  return start;
}

function wordEnd({ text, cursor }: Editor): number {
  for (const part of words().segment(text)) {
    const end = part.index + part.segment.length;
    if (part.isWordLike && end > cursor) return end;
  }
  return text.length;
}

/** Where the blank-separated word before the cursor starts, as Ctrl+W of a shell sees it. */
function bigWordStart({ text, cursor }: Editor): number {
  let start = text.slice(0, cursor).trimEnd().length;
  while (start > 0 && !/\s/u.test(text.charAt(start - 1))) start -= 1;
  return start;
}

function lineStart({ text, cursor }: Editor): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1;
}

function lineEnd({ text, cursor }: Editor): number {
  const end = text.indexOf('\n', cursor);
  return end < 0 ? text.length : end;
}

/** Swaps the clusters around the cursor, or the last two of a line at its end; never across the end of a line. */
function transpose(editor: Editor): Editor {
  const { text, cursor } = editor;
  const middle = cursor === lineEnd(editor) ? before(text, cursor) : cursor;
  const [start, end] = [before(text, middle), after(text, middle)];
  if (start >= middle || middle >= end || text.slice(start, end).includes('\n')) return editor;
  const swapped =
    text.slice(0, start) + text.slice(middle, end) + text.slice(start, middle) + text.slice(end);
  return changed(editor, { text: swapped, cursor: end });
}

function yank(editor: Editor): Editor {
  const [piece = ''] = editor.ring;
  if (piece === '') return editor;
  const text = editor.text.slice(0, editor.cursor) + piece + editor.text.slice(editor.cursor);
  return changed(editor, { text, cursor: editor.cursor + piece.length }, 'yank');
}

/** Right after a yank: puts the next older killed piece there instead. */
function yankOlder(editor: Editor): Editor {
  const [newest, ...older] = editor.ring;
  const [piece] = older;
  if (editor.last !== 'yank' || newest === undefined || piece === undefined) return editor;
  const start = editor.cursor - newest.length;
  if (editor.text.slice(start, editor.cursor) !== newest) return editor;
  const text = editor.text.slice(0, start) + piece + editor.text.slice(editor.cursor);
  return { ...changed(editor, { text, cursor: start + piece.length }, 'yank'), ring: [...older, newest] };
}

function undo(editor: Editor): Editor {
  const [newest, ...past] = editor.past;
  if (!newest) return editor;
  const future = [{ text: editor.text, cursor: editor.cursor }, ...editor.future];
  return { ...editor, ...newest, past, future, goal: null, last: 'other' };
}

function redo(editor: Editor): Editor {
  const [next, ...future] = editor.future;
  if (!next) return editor;
  const past = [{ text: editor.text, cursor: editor.cursor }, ...editor.past];
  const { text, cursor } = next;
  return { ...editor, text, cursor: Math.min(cursor, text.length), past, future, goal: null, last: 'other' };
}

/** Every edit that needs nothing but the text itself; the names are actions of the key map. */
export const edits = {
  'cursor-left': (editor: Editor) => moved(editor, before(editor.text, editor.cursor)),
  'cursor-right': (editor: Editor) => moved(editor, after(editor.text, editor.cursor)),
  'word-left': (editor: Editor) => moved(editor, wordStart(editor)),
  'word-right': (editor: Editor) => moved(editor, wordEnd(editor)),
  'line-start': (editor: Editor) => moved(editor, lineStart(editor)),
  'line-end': (editor: Editor) => moved(editor, lineEnd(editor)),
  'delete-back': (editor: Editor) => cut(editor, before(editor.text, editor.cursor), editor.cursor),
  'delete-ahead': (editor: Editor) => cut(editor, editor.cursor, after(editor.text, editor.cursor)),
  'kill-to-start': (editor: Editor) => {
    const start = lineStart(editor);
    return cut(editor, start === editor.cursor ? Math.max(0, start - 1) : start, editor.cursor, 'kill');
  },
  'kill-big-word-back': (editor: Editor) => cut(editor, bigWordStart(editor), editor.cursor, 'kill'),
  'kill-word-back': (editor: Editor) => cut(editor, wordStart(editor), editor.cursor, 'kill'),
  'kill-word-ahead': (editor: Editor) => cut(editor, editor.cursor, wordEnd(editor), 'kill'),
  transpose,
  yank,
  'yank-older': yankOlder,
  undo,
  redo,
} as const satisfies Record<string, (editor: Editor) => Editor>;

/** The name of an edit. */
export type Edit = keyof typeof edits;
