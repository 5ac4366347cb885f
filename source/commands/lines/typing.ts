import { stopProcess } from '../../core/stops.ts';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { charsetIn, decodeWhole } from '../../core/charset.ts';
import type { Invocation } from '../invocation.ts';
import { createLineEditor, widthOf, type Ask, type TypedLine } from './line-editor.ts';
import { createLineQueue } from './line-queue.ts';
import { createTypingRow, type TypingRow } from './typing-row.ts';

/** The source of lines, and the output for everything that is printed meanwhile. */
export type Typing = {
  /** The next line; undefined at the end of the input. `prompt` is asked when nothing is typed ahead. */
  readonly next: (prompt: () => Promise<string>) => Promise<TypedLine | undefined>;
  /** Forgets the lines that were typed ahead. */
  readonly drop: () => void;
  /** Draws another prompt, if one is there. */
  readonly refresh: (prompt: string) => void;
  /** Output to this stream waits while a line is being typed. */
  readonly out: Pick<Invocation, 'stdout' | 'stderr' | 'shown'>;
  /** Takes no more lines, and writes the waiting output. */
  readonly end: () => void;
};

/**
 * Takes lines from standard input: on a terminal with a prompt, and nothing is printed into the line that is being typed; from a pipe, or in a
 * shell of Emacs, which keeps the two apart itself, as they come.
 */
export function takeTyping(call: Invocation): Typing {
  const { stdin, stderr, env } = call;
  const isShellOfEmacs = env['INSIDE_EMACS'] !== undefined;
  return stdin.isTTY && stderr.isTTY && !isShellOfEmacs ? fromTerminal(call) : fromPipe(call);
}

/** A line of a pipe is decoded as a whole, and refused as a whole. */
function fromPipe({ stdin, stdout, stderr, env }: Invocation): Typing {
  const charset = charsetIn(env);
  const queue = createLineQueue();
  // As bytes, one letter each.
  const bytes = stdin.pipe(new PassThrough({ encoding: 'latin1' }));
  const lines = createInterface({ input: bytes, terminal: false });
  lines.on('line', (line) => queue.push(decodeWhole(Buffer.from(line, 'latin1'), charset)));
  lines.on('close', () => queue.end());
  return {
    next: () => queue.shift(),
    drop: queue.drop,
    refresh: () => undefined,
    out: { stdout, stderr },
    end() {
      stdin.unpipe(bytes).pause();
      lines.close();
    },
  };
}

/** A terminal in raw mode: it echoes nothing itself, so this program knows what is being typed. */
function fromTerminal(call: Invocation): Typing {
  const { stdout, stderr } = call;
  const queue = createLineQueue();
  const row = createTypingRow(stderr, () => editor.typed());
  let isWaiting = false;
  const editor = createLineEditor({
    charset: charsetIn(call.env),
    echo: (text) => void stderr.write(text),
    redraw: () => row.again(),
    fits: () => widthOf(row.drawn() + editor.typed()) < (stderr.columns ?? 80),
    line(line) {
      row.ended();
      queue.push(line);
    },
    ask: (what) => keys.carryOut(what),
  });
  const keys = takeKeys(call, {
    read(bytes) {
      editor.take(bytes);
      if (editor.typed() === '') row.emptied();
    },
    again: () => row.again(),
    end: () => queue.end(),
  });
  return {
    async next(prompt) {
      const text = queue.isEmpty() ? await prompt() : null;
      // A line may have been ended meanwhile.
      if (text !== null && queue.isEmpty()) row.ask(text);
      isWaiting = true;
      const line = await queue.shift();
      isWaiting = false;
      return line;
    },
    drop: queue.drop,
    refresh(prompt) {
      if (isWaiting && editor.typed() === '') row.ask(prompt);
    },
    out: { stdout: printedBy(row, stdout), stderr: printedBy(row, stderr), shown: row.shown },
    end() {
      keys.end();
      row.close();
    },
  };
}

type KeysParts = {
  readonly read: (bytes: Buffer) => void;
  readonly again: () => void;
  readonly end: () => void;
};

/** Takes the keyboard; the keys for signals must be handled here. */
function takeKeys({ stdin, stderr }: Invocation, { read, again, end }: KeysParts) {
  const goOn = (): void => {
    stdin.setRawMode(true);
    again();
  };
  const carry: Readonly<Record<Ask, () => void>> = {
    interrupt() {
      stderr.write('\n');
      process.kill(process.pid, 'SIGINT');
    },
    suspend() {
      stdin.setRawMode(false);
      process.once('SIGCONT', goOn);
      stopProcess('alone');
    },
    end,
  };
  stdin.setRawMode(true).on('data', read).on('end', end).resume();
  return {
    carryOut: (what: Ask): void => carry[what](),
    end() {
      process.off('SIGCONT', goOn);
      stdin.off('data', read).off('end', end).pause();
      stdin.setRawMode(false);
    },
  };
}

/** A stream like `stream` whose output stands above the row in which a line is typed. */
function printedBy(row: TypingRow, stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (...args: Parameters<typeof stream.write>): boolean => {
    row.print(() => stream.write(...args), String(args[0]).endsWith('\n'));
    return true;
  };
  return Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
}
