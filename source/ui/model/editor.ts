import { graphemes } from '../text/cells.ts';

/** A state that undo can go back to. */
export type Snapshot = { readonly text: string; readonly cursor: number };

/** A text being written. `cursor` is a UTF-16 offset between two grapheme clusters. */
export type Editor = Snapshot & {
  /** The column that up and down keep to, until another key. */
  readonly goal: number | null;
  /** Kind of the last edit: kills in a row make one piece, typing in a row one undo step. */
  readonly last: 'type' | 'kill' | 'yank' | 'other';
  /** Killed pieces, newest first. */
  readonly ring: readonly string[];
  readonly past: readonly Snapshot[];
  readonly future: readonly Snapshot[];
  /** The texts sent from here, newest first; `recalled` is the place of the one that is shown, -1 for the draft itself. */
  readonly history: readonly string[];
  readonly recalled: number;
  readonly kept: string;
};

const undoSteps = 200;
const ringPieces = 20;
const historyTexts = 100;

/** An editor that holds `text`, with the cursor at its end. */
export function editorOf(text: string): Editor {
  return {
    text,
    cursor: text.length,
    goal: null,
    last: 'other',
    ring: [],
    past: [],
    future: [],
    history: [],
    recalled: -1,
    kept: '',
  };
}

/** The same editor with the cursor at `cursor`, or behind the cluster around that offset. */
export function moved(editor: Editor, cursor: number): Editor {
  return { ...editor, cursor: borderFrom(editor.text, cursor), goal: null, last: 'other' };
}

/**
 * The same editor with new text, the old one kept for undo; `last` tells which kind of edit this was. Characters that were put together
 * may have become one cluster: the cursor then goes behind that cluster.
 */
export function changed(editor: Editor, next: Snapshot, last: Editor['last'] = 'other'): Editor {
  const cursor = borderFrom(next.text, next.cursor);
  const isOneStep = last === 'type' && editor.last === 'type' && editor.past.length > 0;
  const past = isOneStep ? editor.past : [snapshot(editor), ...editor.past].slice(0, undoSteps);
  return { ...editor, text: next.text, cursor, goal: null, last, past, future: [] };
}

function snapshot(editor: Editor): Snapshot {
  return { text: editor.text, cursor: editor.cursor };
}

/**
 * Puts `text` in at the cursor, as it is, except that line ends become `\n` and control characters other than tabs are dropped, because
 * the sent text has to be visible.
 */
export function insert(editor: Editor, text: string, kind: 'type' | 'paste' = 'paste'): Editor {
  const clean = cleaned(text);
  if (clean === '') return editor;
  const next = {
    text: editor.text.slice(0, editor.cursor) + clean + editor.text.slice(editor.cursor),
    cursor: editor.cursor + clean.length,
  };
  return changed(editor, next, kind === 'type' && !/\s/.test(clean) ? 'type' : 'other');
}

const dropped = /[^\P{Control}\n\t]/gu;

/** Number of characters in `text` that no editor takes. */
export function countDropped(text: string): number {
  return text.replace(/\r\n?/g, '\n').match(dropped)?.length ?? 0;
}

function cleaned(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(dropped, '').toWellFormed();
}

/** Takes out the text from `from` to `to`, whole clusters; with `kill` it goes to the front of the kill ring. */
export function cut(editor: Editor, from: number, to: number, kill: 'kill' | 'drop' = 'drop'): Editor {
  if (from >= to) return editor;
  const [start, end] = [borderUpTo(editor.text, from), borderFrom(editor.text, to)];
  const piece = editor.text.slice(start, end);
  const text = editor.text.slice(0, start) + editor.text.slice(end);
  const next = changed(editor, { text, cursor: start }, kill === 'kill' ? 'kill' : 'other');
  if (kill === 'drop') return next;
  const [newest = '', ...older] = editor.ring;
  if (editor.last !== 'kill') return { ...next, ring: [piece, ...editor.ring].slice(0, ringPieces) };
  const grown = end <= editor.cursor ? piece + newest : newest + piece;
  return { ...next, ring: [grown, ...older] };
}

/** The same editor with `piece` as its newest cut. */
export function withPiece(editor: Editor, piece: string): Editor {
  return { ...editor, last: 'other', ring: [piece, ...editor.ring].slice(0, ringPieces) };
}

/** Letters of one code unit that join with nothing: most texts have no others. */
const single = /^[\n\x20-\x7e\xa0-\xac\xae-\u02ff]{0,2}$/u;

/** `at`, or the end of the cluster that it is in. */
function borderFrom(text: string, at: number): number {
  if (single.test(text.slice(Math.max(0, at - 1), at + 1))) return at;
  const segment = at > 0 && at < text.length ? graphemes().segment(text).containing(at) : undefined;
  return segment && segment.index < at ? segment.index + segment.segment.length : at;
}

/** `at`, or the start of the cluster that it is in. */
function borderUpTo(text: string, at: number): number {
  if (single.test(text.slice(Math.max(0, at - 1), at + 1))) return at;
  return (at > 0 && at < text.length ? graphemes().segment(text).containing(at)?.index : undefined) ?? at;
}

/** The next cluster boundary after `at` (or the text's end). */
export function after(text: string, at: number): number {
  const segment = at < text.length ? graphemes().segment(text).containing(at) : undefined;
  return segment ? segment.index + segment.segment.length : text.length;
}

/** The cluster boundary before `at` (or 0). */
export function before(text: string, at: number): number {
  return at > 0
    ? (graphemes()
        .segment(text)
        .containing(at - 1)?.index ?? 0)
    : 0;
}

/** The empty editor after its text was sent: the text joins the history, the kill ring stays. */
export function sent(editor: Editor): Editor {
  const history = [editor.text, ...editor.history.filter((text) => text !== editor.text)].slice(
    0,
    historyTexts,
  );
  return { ...editorOf(''), ring: editor.ring, history };
}

/** The editor with `text` instead of its own; undo brings the old text back. */
export function replaced(editor: Editor, text: string): Editor {
  const clean = cleaned(text);
  return changed(editor, { text: clean, cursor: clean.length });
}
