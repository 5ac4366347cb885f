import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { until } from './until.ts';

/** The built program, as a person runs it. */
export const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The listener of the same build. */
export const listenerProgram = fileURLToPath(new URL('../../dist/listener.js', import.meta.url));

/** All that a program of the tests has in its environment. */
export const plainEnv = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  TMPDIR: process.env['TMPDIR'],
  LANG: 'C.UTF-8',
} satisfies NodeJS.ProcessEnv;

/** A program in a terminal of its own: what it draws is read off an emulator, what a person types goes in as bytes. */
export type InTerminal = {
  readonly pid: number;
  /** The screen as rows of text, without trailing blanks. */
  readonly rows: () => readonly string[];
  readonly screen: () => string;
  /** Every byte that the program wrote. */
  readonly raw: () => string;
  readonly cursor: () => { readonly x: number; readonly y: number };
  readonly type: (text: string) => void;
  /** Types bytes in another encoding than UTF-8. */
  readonly typeBytes: (bytes: Buffer) => void;
  readonly resize: (cols: number, rows: number) => void;
  /** Waits until the screen shows `text` (or fits the pattern). */
  readonly sees: (text: string | RegExp, withinMs?: number) => Promise<void>;
  /**
   * Waits until `fits` answers true, which it is asked now and after each write of the program, so that waiting takes no processor time.
   * Answers when that write was read (performance.now()); fails after `withinMs` and names `what`.
   */
  readonly drawn: (what: string, fits: () => boolean, withinMs?: number) => Promise<number>;
  /** Reads nothing of what the program writes, as a line that hangs, until it is to go on. */
  readonly hang: () => void;
  readonly goOn: () => void;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exited: Promise<number>;
};

/** The options that a terminal is started with. */
export type TerminalOptions = {
  readonly cols?: number;
  readonly rows?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
};

/** Starts a command in a pty. */
export function openTerminal(command: readonly string[], options: TerminalOptions = {}): InTerminal {
  const { cols = 80, rows = 24 } = options;
  const [file = '', ...args] = command;
  const env = { ...plainEnv, TERM: 'xterm-256color' };
  const { cwd = process.cwd() } = options;
  const child = pty.spawn(file, args, { cols, rows, cwd, env: { ...env, ...options.env } });
  const emulator = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 0 });
  const exit = Promise.withResolvers<number>();
  const waiters = waitersForDrawings();
  let raw = '';
  let alive = true;
  child.onData((text) => {
    const readAt = performance.now();
    raw += text;
    emulator.write(text, () => waiters.ask(readAt));
  });
  emulator.onData((reply) => alive && child.write(reply));
  child.onExit(({ exitCode }) => {
    alive = false;
    exit.resolve(exitCode);
  });
  const readRows = (): readonly string[] => rowsOf(emulator);
  const screen = (): string => readRows().join('\n');
  return {
    pid: child.pid,
    rows: readRows,
    screen,
    raw: () => raw,
    cursor: () => ({ x: emulator.buffer.active.cursorX, y: emulator.buffer.active.cursorY }),
    type: (text) => child.write(text),
    typeBytes: (bytes) => child.write(bytes as unknown as string),
    resize(newCols, newRows) {
      emulator.resize(newCols, newRows);
      child.resize(newCols, newRows);
    },
    async sees(text, withinMs) {
      const shows = (): boolean => (typeof text === 'string' ? screen().includes(text) : text.test(screen()));
      await until(`the screen shows ${String(text)}`, shows, withinMs).catch((error: unknown) => {
        throw new Error(`${String(error)}; the screen was:\n${screen()}`);
      });
    },
    drawn: waiters.drawn,
    hang: () => child.pause(),
    goOn: () => child.resume(),
    kill: (signal) => alive && child.kill(signal),
    exited: exit.promise,
  };
}

type Waiters = Pick<InTerminal, 'drawn'> & { readonly ask: (readAt: number) => void };

function waitersForDrawings(): Waiters {
  const waiting = new Set<(readAt: number) => void>();
  return {
    ask(readAt) {
      for (const waiter of waiting) waiter(readAt);
    },
    drawn(what, fits, withinMs = 60_000) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const ask = (readAt: number): void => {
        if (!fits()) return;
        waiting.delete(ask);
        clearTimeout(deadline);
        resolve(readAt);
      };
      const deadline = setTimeout(() => {
        waiting.delete(ask);
        reject(new Error(`waited ${withinMs} ms in vain: ${what}`));
      }, withinMs);
      waiting.add(ask);
      ask(performance.now());
      return promise;
    },
  };
}

function rowsOf(emulator: InstanceType<typeof xterm.Terminal>): readonly string[] {
  const { active } = emulator.buffer;
  return Array.from(
    { length: emulator.rows },
    (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
  );
}
