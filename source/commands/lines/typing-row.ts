import { widthOf } from './line-editor.ts';

/** The row of a terminal in which a line is typed behind a prompt: other output stands above it, and not in it. */
export type TypingRow = {
  /** Shows a prompt there, or another one. */
  readonly ask: (prompt: string) => void;
  /** Writes other output: at once above the prompt, or as soon as the line being typed is ended. */
  readonly print: (write: () => unknown, endsLine: boolean) => void;
  /** Resolves once everything that was printed so far is written. */
  readonly shown: () => Promise<void>;
  /** The typed line was ended: writes the waiting output; there is no prompt until the next `ask`. */
  readonly ended: () => void;
  /** The typed line was emptied: writes the waiting output. */
  readonly emptied: () => void;
  /** The prompt as it is drawn now, or empty. */
  readonly drawn: () => string;
  /** Draws the row again on the next row. */
  readonly again: () => void;
  /** Removes the prompt permanently. */
  readonly close: () => void;
};

/** Makes the row on `terminal`; `typed` is the line that is being typed. Only blanks and returns are written, no escape sequence. */
export function createTypingRow(terminal: NodeJS.WriteStream, typed: () => string): TypingRow {
  const held = createHeld();
  let prompt: string | null = null;
  let [drawn, isClosed] = ['', false];
  const draw = (): void => {
    if (prompt === null || drawn !== '') return;
    drawn = prompt;
    terminal.write(typed() === '' ? drawn : `\r${drawn}${typed()}`);
  };
  const erase = (): void => {
    if (drawn !== '') terminal.write(`\r${' '.repeat(widthOf(drawn))}\r`);
    drawn = '';
  };
  return {
    ask(text) {
      if (prompt === text || isClosed) return;
      if (typed() === '') erase();
      prompt = text;
      draw();
    },
    print(write, endsLine) {
      if (typed() === '' || isClosed) {
        erase();
        write();
        if (endsLine) draw();
      } else held.push(write);
    },
    shown: () => held.shown(),
    ended() {
      [prompt, drawn] = [null, ''];
      held.release();
    },
    emptied() {
      if (held.isEmpty()) return;
      erase();
      held.release();
      draw();
    },
    drawn: () => drawn,
    again: () => void terminal.write(`\n${drawn}${typed().replaceAll('\t', ' ')}`),
    close() {
      if (isClosed) return;
      [prompt, isClosed] = [null, true];
      if (typed() === '') erase();
      else terminal.write('\n');
      drawn = '';
      held.release();
    },
  };
}

/** The output that waits. */
function createHeld() {
  const writes: Array<() => unknown> = [];
  return {
    push: (write: () => unknown): void => void writes.push(write),
    isEmpty: (): boolean => writes.length === 0,
    release(): void {
      for (const write of writes.splice(0)) write();
    },
    shown(): Promise<void> {
      if (writes.length === 0) return Promise.resolve();
      return new Promise((done) => void writes.push(done));
    },
  };
}
