import { read } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { charsetIn, decodeWhole } from '../core/charset.ts';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { AskPassphrase } from '../session/home/unlock.ts';
import { after } from './shapes.ts';
import { openKeyboard, readHidden } from './hidden-line.ts';
import type { Invocation } from './invocation.ts';

const readFd = promisify(read);
const tries = 3;
/** How often a non-blocking descriptor is polled: standard input is one. */
const lookEveryMs = 20;

/** The purpose of a new passphrase, in words. */
type Purpose = { readonly about: string; readonly question: string; readonly needed: string };

const forHome: Purpose = {
  about: 'The passphrase locks your keys and messages on this disk. It cannot be recovered.',
  question: 'New passphrase: ',
  needed: 'a new home needs --no-passphrase or --passphrase-fd N',
};

/** The passphrase of an existing home: from --passphrase-fd, else asked on the terminal, three times at most. */
export function passphraseOf(call: Invocation): AskPassphrase {
  const fd = call.flags.passphraseFd;
  if (fd === undefined) return askedFor(call, 'Passphrase: ');
  let asked = 0;
  return () => (asked++ > 0 ? Promise.resolve(null) : readLineFrom(fd, call));
}

/** Asks on the terminal, three times at most; null without a terminal. */
export function askedFor(call: Invocation, question: string): AskPassphrase {
  let asked = 0;
  return () => {
    asked += 1;
    if (asked > tries) return Promise.resolve(null);
    return onKeyboard(call, async (keyboard) => {
      if (!keyboard) return null;
      return readHidden(asked > 1 ? `cryptochat: wrong passphrase\n${question}` : question, keyboard, call);
    });
  };
}

/** A single passphrase to try. */
export function onlyOnce(passphrase: string): AskPassphrase {
  const left = [passphrase];
  return () => Promise.resolve(left.pop() ?? null);
}

/** The passphrase for a new home, null for none on purpose. Throws ChatError usage when no flag or person chooses one. */
export async function newPassphrase(call: Invocation): Promise<string | null> {
  const { passphrase, passphraseFd } = call.flags;
  if (passphrase === false && passphraseFd !== undefined) {
    throw new ChatError('usage', '--no-passphrase and --passphrase-fd exclude each other');
  }
  if (passphrase === false) return null;
  if (passphraseFd !== undefined) return notEmpty(await readLineFrom(passphraseFd, call));
  return askTwice(call, forHome);
}

/** Asks for a new passphrase on the terminal until the same one was typed twice. Throws ChatError usage. */
export function askTwice(call: Invocation, purpose: Partial<Purpose> = {}): Promise<string> {
  const { about, question, needed } = { ...forHome, ...purpose };
  return onKeyboard(call, async (keyboard) => {
    if (!keyboard) throw new ChatError('usage', needed);
    let before = about;
    for (let left = tries; left > 0; left -= 1) {
      const first = notEmpty(await readHidden(`${before}\n${question}`, keyboard, call));
      if (first === (await readHidden('Repeat: ', keyboard, call))) return first;
      before = 'cryptochat: the two do not match';
    }
    throw new ChatError('usage', 'the two passphrases do not match');
  });
}

/**
 * One line of --passphrase-fd for each of `whose`, in this order; null without that flag. Throws ChatError usage when there are fewer
 * lines, or an empty one.
 */
export async function givenLines(
  call: Invocation,
  whose: readonly string[],
): Promise<readonly string[] | null> {
  const fd = call.flags.passphraseFd;
  if (fd === undefined) return null;
  const lines: string[] = [];
  for (let left = whose.length; left > 0; left -= 1) lines.push(await readLineFrom(fd, call));
  if (lines.every(Boolean)) return lines;
  throw new ChatError('usage', `--passphrase-fd ${fd} needs a line for ${whose.join(', then one for ')}`);
}

async function onKeyboard<Answer>(
  call: Invocation,
  ask: (keyboard: ReadStream | null) => Promise<Answer>,
): Promise<Answer> {
  const keyboard = openKeyboard(call);
  try {
    return await ask(keyboard);
  } finally {
    if (keyboard !== call.stdin) keyboard?.destroy();
  }
}

function notEmpty(line: string | null): string {
  if (line) return line;
  throw new ChatError('usage', 'a passphrase cannot be empty; for none, give --no-passphrase');
}

/** Reads byte by byte, so that the text after the line is left for others: the descriptor may be standard input. */
async function readLineFrom(
  fd: number,
  { signal, env }: Pick<Invocation, 'signal' | 'env'>,
): Promise<string> {
  const charset = charsetIn(env);
  const bytes: number[] = [];
  for (;;) {
    const byte = await readByte(fd, signal);
    if (byte === null || byte === 0x0a) break;
    bytes.push(byte);
    if (bytes.length > limits.passphraseBytes)
      throw new ChatError('usage', `--passphrase-fd ${fd} has a line that is too long for a passphrase`);
  }
  const line = decodeWhole(Buffer.from(bytes), charset);
  if (line === null) throw new ChatError('text-encoding', `the line of --passphrase-fd ${fd}`);
  return line.replace(/\r$/u, '');
}

async function readByte(fd: number, signal: AbortSignal): Promise<number | null> {
  const one = Buffer.alloc(1);
  for (;;) {
    signal.throwIfAborted();
    try {
      const { bytesRead } = await readFd(fd, one, 0, 1, null);
      return bytesRead === 0 ? null : (one[0] ?? null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') throw new ChatError('usage', `--passphrase-fd ${fd} cannot be read: ${code}`);
      await after(lookEveryMs);
    }
  }
}
