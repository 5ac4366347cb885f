import { createDecoder } from '../../core/charset.ts';
import { cellWidth, clustersOf } from '../../core/width.ts';

/** One line that was typed; null for bytes that are no text in the encoding of the terminal. */
export type TypedLine = string | null;

/** What a key asks for besides text. */
export type Ask = 'interrupt' | 'suspend' | 'end';

/** A line that is being typed on a terminal in raw mode, which echoes nothing itself. */
export type LineEditor = {
  /** Takes bytes of the keyboard. */
  readonly take: (bytes: Uint8Array) => void;
  /** The text of the line so far. */
  readonly typed: () => string;
};

/** What the editor of a line tells, and where it draws. */
export type LineEditorParts = {
  readonly charset: string;
  /** Writes to the terminal: text, blanks and backspaces, never an escape sequence. */
  readonly echo: (text: string) => void;
  /** Writes the line anew on a row of its own: it is too long to be changed where it is. */
  readonly redraw: () => void;
  /** Tells whether the line with its prompt fits into one row. */
  readonly fits: () => boolean;
  readonly line: (line: TypedLine) => void;
  readonly ask: (what: Ask) => void;
};

const ctrl = { c: '\u0003', d: '\u0004', h: '\b', u: '\u0015', w: '\u0017', z: '\u001a' };
const [deleteKey, escape] = ['\u007f', '\u001b'];
/** A key that is more than one character: arrows, function keys, Alt. */
const keySequence = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O.|[^\u001b])?/su;

/** Begins an empty line. Backspace, Ctrl+U and Ctrl+W take text away; keys that would move the cursor do nothing. */
export function createLineEditor(parts: LineEditorParts): LineEditor {
  const { charset, echo, redraw, fits, line, ask } = parts;
  const decode = createDecoder(charset);
  let [text, isBad, wasReturn] = ['', false, false];
  const add = (key: string): void => {
    text += key;
    echo(key === '\t' ? ' ' : key);
  };
  const cutTo = (kept: string): void => {
    const columns = widthOf(text) - widthOf(kept);
    const isShort = fits();
    text = kept;
    if (isShort) echo('\b'.repeat(columns) + ' '.repeat(columns) + '\b'.repeat(columns));
    else redraw();
  };
  const end = (): void => {
    const whole = isBad ? null : text;
    [text, isBad] = ['', false];
    echo('\n');
    line(whole);
  };
  const actions: Readonly<Record<string, () => void>> = {
    '\r': end,
    '\n': end,
    [ctrl.c]: () => ask('interrupt'),
    [ctrl.d]: () => text === '' && ask('end'),
    [ctrl.z]: () => ask('suspend'),
    [ctrl.h]: () => cutTo(withoutLast(text)),
    [deleteKey]: () => cutTo(withoutLast(text)),
    [ctrl.u]: () => cutTo(''),
    [ctrl.w]: () => cutTo(text.replace(/\S*\s*$/u, '')),
    '\t': () => add('\t'),
  };
  return {
    typed: () => text,
    take(bytes) {
      const { text: read, bad } = decode(bytes);
      isBad ||= bad > 0;
      for (const key of keysOf(read)) {
        // Both halves of a pasted line end are one.
        const isSecondHalf = wasReturn && key === '\n';
        wasReturn = key === '\r';
        if (isSecondHalf || key.startsWith(escape)) continue;
        const act = actions[key];
        if (act) act();
        else if (!/\p{Cc}/u.test(key)) add(key);
      }
    },
  };
}

/** The columns that a text takes as it is echoed. */
export function widthOf(text: string): number {
  return cellWidth(text.replaceAll('\t', ' '));
}

function* keysOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const [key = ''] = keySequence.exec(text.slice(at)) ?? [String.fromCodePoint(text.codePointAt(at) ?? 0)];
    yield key;
    at += key.length;
  }
}

function withoutLast(text: string): string {
  const last = [...clustersOf(text)].at(-1) ?? '';
  return text.slice(0, text.length - last.length);
}
