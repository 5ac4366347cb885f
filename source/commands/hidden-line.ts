import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { charsetIn, createDecoder } from '../core/charset.ts';
import { ChatError } from '../core/errors.ts';
import { untilStopped, type Invocation } from './invocation.ts';

const ctrl = { c: '\x03', d: '\x04', h: '\b', u: '\x15' };
const deleteKey = '\x7f';

/** The keyboard: standard input, or the terminal behind a pipe. Null when there is none. */
export function openKeyboard({ stdin, stderr }: Pick<Invocation, 'stdin' | 'stderr'>): ReadStream | null {
  if (!stderr.isTTY) return null;
  if (stdin.isTTY && stdin.readable) return stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return null;
  }
}

/**
 * Asks on standard error and reads one line from `keyboard` without showing it. Null when the person ends the input
 * (Ctrl+D); Ctrl+C is an interrupt like any other.
 */
export async function readHidden(
  question: string,
  keyboard: ReadStream,
  call: Pick<Invocation, 'stderr' | 'signal' | 'env'>,
): Promise<string | null> {
  const line = Promise.withResolvers<string | null>();
  const takeLine = lineTaker(line, charsetIn(call.env));
  const behind: Buffer[] = [];
  const take = (chunk: Buffer | string): void => void behind.push(takeLine(chunk));
  keyboard.setRawMode(true).on('data', take).resume();
  // Not before the terminal has stopped echoing: a person who sees the question may type at once.
  call.stderr.write(question);
  try {
    return await untilStopped(call.signal, line.promise);
  } finally {
    keyboard.off('data', take).setRawMode(false).pause();
    // Bytes typed ahead are for the next question, or for the screen.
    const rest = Buffer.concat(behind);
    if (rest.length > 0) keyboard.unshift(rest);
    call.stderr.write('\n');
  }
}

/** Takes typed bytes until the line ends, and returns the bytes after its end. */
function lineTaker(
  { resolve, reject }: PromiseWithResolvers<string | null>,
  charset: string,
): (chunk: Buffer | string) => Buffer {
  const decode = createDecoder(charset);
  let line: string[] = [];
  let isBad = false;
  let isOver = false;
  const done = (whole: string | null): void => {
    isOver = true;
    if (isBad) reject(new ChatError('text-encoding', 'what was typed'));
    else resolve(whole);
  };
  const actions: Readonly<Record<string, () => void>> = {
    '\r': () => done(line.join('')),
    '\n': () => done(line.join('')),
    [ctrl.c]: () => process.kill(process.pid, 'SIGINT'),
    [ctrl.d]: () => done(line.length === 0 ? null : line.join('')),
    [ctrl.h]: () => void line.pop(),
    [deleteKey]: () => void line.pop(),
    [ctrl.u]: () => void (line = []),
  };
  return (chunk) => {
    const bytes = Buffer.from(chunk);
    const length = isOver ? 0 : lengthOfLine(bytes);
    const { text, bad } = decode(bytes.subarray(0, length));
    isBad ||= bad > 0;
    for (const key of text) {
      const act = actions[key];
      if (act) act();
      else if (key >= ' ') line.push(key);
    }
    return bytes.subarray(length);
  };
}

/** The number of bytes up to and including the first one that ends a line; no charset of a terminal has these bytes inside a letter. */
function lengthOfLine(bytes: Buffer): number {
  const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a || byte === 0x04);
  if (end < 0) return bytes.length;
  return bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? end + 2 : end + 1;
}
