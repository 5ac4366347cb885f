import { widthOf } from './line-editor.ts';

/** The row of a terminal in which a line is typed behind a prompt: other output stands above it, and not in it. */
export type TypingRow = {
  /** Shows a prompt there, or another one. */
  readonly ask: (prompt: string) => void;
  /** Writes what is not the typed line: at once above the prompt, or once the line that is being typed is ended. */
  readonly print: (write: () => unknown, endsLine: boolean) => void;
  /** The typed line was ended: what waited is written, and there is no prompt until the next `ask`. */
  readonly ended: () => void;
  /** The typed line was emptied: what waited is written. */
  readonly emptied: () => void;
  /** The prompt as it is drawn now, or empty. */
  readonly drawn: () => string;
  /** Draws the row anew on the next row. */
  readonly again: () => void;
  /** Takes the prompt away, for good. */
  readonly close: () => void;
};

/** Makes the row on `terminal`; `typed` is the line that is being typed. Only blanks and returns are written, no escape sequence. */
export function createTypingRow(terminal: NodeJS.WriteStream, typed: () => string): TypingRow {
  const held: Array<() => unknown> = [];
  let prompt: string | null = null;
  let drawn = '';
  const draw = (): void => {
    if (prompt === null || drawn !== '') return;
    drawn = prompt;
    terminal.write(typed() === '' ? drawn : `\r${drawn}${typed()}`);
  };
  const erase = (): void => {
    if (drawn !== '') terminal.write(`\r${' '.repeat(widthOf(drawn))}\r`);
    drawn = '';
  };
  const release = (): void => {
    for (const write of held.splice(0)) write();
  };
  return {
    ask(text) {
      if (prompt === text) return;
      if (typed() === '') erase();
      prompt = text;
      draw();
    },
    print(write, endsLine) {
      if (typed() === '') {
        erase();
        write();
        if (endsLine) draw();
      } else held.push(write);
    },
    ended() {
      [prompt, drawn] = [null, ''];
      release();
    },
    emptied() {
      if (held.length === 0) return;
      erase();
      release();
      draw();
    },
    drawn: () => drawn,
    again: () => void terminal.write(`\n${drawn}${typed().replaceAll('\t', ' ')}`),
    close() {
      prompt = null;
      if (typed() === '') erase();
      else terminal.write('\n');
      release();
    },
  };
}
