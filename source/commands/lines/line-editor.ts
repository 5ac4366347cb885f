import { createDecoder } from '../../core/charset.ts';
import { limits } from '../../core/limits.ts';
import { cellWidth, clustersOf } from '../../core/width.ts';

/** One line that was typed; null for bytes that are no text in the encoding of the terminal. */
export type TypedLine = string | null;

/** The actions of keys that do not type text. */
export type Ask = 'interrupt' | 'suspend' | 'end';

/** A line that is being typed on a terminal in raw mode, which echoes nothing itself. */
type LineEditor = {
  /** Takes bytes of the keyboard. */
  readonly take: (bytes: Uint8Array) => void;
  /** The text of the line so far. */
  readonly typed: () => string;
};

/** The callbacks of the editor of a line, and its output. */
type LineEditorParts = {
  readonly charset: string;
  /** Writes to the terminal: text, blanks and backspaces, never an escape sequence. */
  readonly echo: (text: string) => void;
  /** Writes the line again on a row of its own: it is too long to be changed in place. */
  readonly redraw: () => void;
  /** Tells whether the line with its prompt fits into one row. */
  readonly fits: () => boolean;
  readonly line: (line: TypedLine) => void;
  readonly ask: (what: Ask) => void;
};

const ctrl = { c: '\u0003', d: '\u0004', h: '\b', u: '\u0015', w: '\u0017', z: '\u001a' };
const [deleteKey, escape] = ['\u007f', '\u001b'];
/** A key that is more than one character (arrows, function keys, Alt), or an answer of the terminal; never a key that acts here. */
const sequence =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]?|O[ -~]|[\]P_^X][^\u0000-\u001f\u007f]+(?:\u0007|\u001b\\)|[^\u0000-\u001f])?/uy;
/** The beginning of one at the end of a read. Alt with the sign that begins an answer is none. */
const unfinished = /\u001b(?:\[[0-?]*[ -/]*|O|[\]P_^X][^\u0000-\u001f\u007f]+\u001b?)?$/uy;
/** No sequence is longer. */
const mostOfSequence = 1000;
/** One more than any message has, so a longer text is refused when it is sent, and never sent in part. */
const mostLetters = limits.textBytes + 1;
/** No row holds a longer line. */
const mostOfRow = 2000;

/** Begins an empty line. Backspace, Ctrl+U and Ctrl+W take text away; keys that would move the cursor do nothing. */
export function createLineEditor(parts: LineEditorParts): LineEditor {
  const { charset, ask } = parts;
  const decode = createDecoder(charset);
  const text = createText(parts);
  const keysIn = createKeys();
  let [isBad, wasReturn] = [false, false];
  const end = (): void => {
    const wasBad = isBad;
    isBad = false;
    text.end(wasBad);
  };
  const actions: Readonly<Record<string, () => void>> = {
    '\r': end,
    '\n': end,
    [ctrl.c]: () => ask('interrupt'),
    [ctrl.d]: () => text.typed() === '' && ask('end'),
    [ctrl.z]: () => ask('suspend'),
    [ctrl.h]: () => text.cutTo(withoutLast(text.typed())),
    [deleteKey]: () => text.cutTo(withoutLast(text.typed())),
    [ctrl.u]: () => text.cutTo(''),
    [ctrl.w]: () => text.cutTo(withoutWord(text.typed())),
    '\t': () => text.add('\t'),
  };
  return {
    typed: text.typed,
    take(bytes) {
      const { text: read, bad } = decode(bytes);
      isBad ||= bad > 0;
      for (const key of keysIn(read)) {
        // Both halves of a pasted line end are one.
        const isSecondHalf = wasReturn && key === '\n';
        wasReturn = key === '\r';
        if (isSecondHalf || key.startsWith(escape)) continue;
        const act = actions[key];
        if (act) act();
        else if (!/\p{Cc}/u.test(key)) text.add(key);
      }
      text.draw();
    },
  };
}

/** The text of the line and its echo. A long line is drawn again only once, however many letters one read takes away. */
function createText({ echo, redraw, fits, line }: LineEditorParts) {
  let [text, isStale] = ['', false];
  const draw = (): void => {
    if (isStale) redraw();
    isStale = false;
  };
  return {
    typed: (): string => text,
    draw,
    add(key: string): void {
      if (text.length + key.length > mostLetters) return;
      text += key;
      if (!isStale) echo(key === '\t' ? ' ' : key);
    },
    cutTo(kept: string): void {
      const isShort = !isStale && text.length < mostOfRow && fits();
      const columns = isShort ? widthOf(text) - widthOf(kept) : 0;
      text = kept;
      if (isShort) echo('\b'.repeat(columns) + ' '.repeat(columns) + '\b'.repeat(columns));
      else isStale = true;
    },
    end(isBad: boolean): void {
      draw();
      const whole = isBad ? null : text;
      text = '';
      echo('\n');
      line(whole);
    },
  };
}

/** The columns that a text takes as it is echoed. */
export function widthOf(text: string): number {
  return cellWidth(text.replaceAll('\t', ' '));
}

/** Splits input into keys; an incomplete sequence waits for the next read. */
function createKeys(): (read: string) => Generator<string> {
  let rest = '';
  return function* keysIn(read) {
    // The key Esc alone waits as well: anything typed after it is text.
    const text = (rest === escape && !/^[[\]]/u.test(read) ? '' : rest) + read;
    rest = '';
    for (let at = 0; at < text.length;) {
      const isWaiting = text.length - at <= mostOfSequence && matchAt(unfinished, text, at) !== null;
      if (isWaiting) rest = text.slice(at);
      const key = isWaiting ? rest : (matchAt(sequence, text, at) ?? letterAt(text, at));
      at += key.length;
      if (!isWaiting) yield key;
    }
  };
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function letterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** Looks only at the end: a letter of the alphabet always begins a new cluster. */
function withoutLast(text: string): string {
  let from = Math.max(0, text.length - 64);
  const least = Math.max(0, from - 1000);
  while (from > least && !/[ -~]/u.test(text.charAt(from))) from -= 1;
  const last = [...clustersOf(text.slice(from))].at(-1) ?? '';
  return text.slice(0, text.length - last.length);
}

function withoutWord(text: string): string {
  let kept = text.trimEnd().length;
  while (kept > 0 && !/\s/u.test(text.charAt(kept - 1))) kept -= 1;
  return text.slice(0, kept);
}
