import { read } from 'node:fs';
import { promisify } from 'node:util';
import { ChatError } from '../core/errors.ts';
import type { AskPassphrase } from '../session/unlock.ts';
import { openKeyboard, readHidden } from './hidden-line.ts';
import { say, type Invocation } from './invocation.ts';

const readFd = promisify(read);
const mostBytes = 1024;
const tries = 3;

/** The passphrase of an existing home: from --passphrase-fd, else asked on the terminal, three times at most. */
export function passphraseOf(call: Invocation): AskPassphrase {
  let asked = 0;
  return async () => {
    asked += 1;
    const fd = call.flags.passphraseFd;
    if (fd !== undefined) return asked > 1 ? null : readLineFrom(fd);
    const keyboard = openKeyboard(call);
    if (!keyboard || asked > tries) return null;
    if (asked > 1) say(call, 'cryptochat: wrong passphrase');
    try {
      return await readHidden('Passphrase: ', keyboard, call);
    } finally {
      if (keyboard !== call.stdin) keyboard.destroy();
    }
  };
}

/** The passphrase for a new home, null for none on purpose. Throws ChatError usage when nothing says which. */
export async function newPassphrase(call: Invocation): Promise<string | null> {
  const { passphrase, passphraseFd } = call.flags;
  if (passphrase === false && passphraseFd !== undefined) {
    throw new ChatError('usage', '--no-passphrase and --passphrase-fd exclude each other');
  }
  if (passphrase === false) return null;
  if (passphraseFd !== undefined) return notEmpty(await readLineFrom(passphraseFd));
  const keyboard = openKeyboard(call);
  if (!keyboard) throw new ChatError('usage', 'a new home needs --no-passphrase or --passphrase-fd N');
  try {
    return await askTwice(call, keyboard);
  } finally {
    if (keyboard !== call.stdin) keyboard.destroy();
  }
}

async function askTwice(
  call: Invocation,
  keyboard: NonNullable<ReturnType<typeof openKeyboard>>,
): Promise<string> {
  say(call, 'The passphrase locks your keys and messages on this disk. Nobody can bring it back.');
  for (let left = tries; left > 0; left -= 1) {
    const first = notEmpty(await readHidden('New passphrase: ', keyboard, call));
    if (first === (await readHidden('Once more: ', keyboard, call))) return first;
    say(call, 'cryptochat: the two are not the same');
  }
  throw new ChatError('usage', 'the two passphrases were not the same');
}

function notEmpty(line: string | null): string {
  if (line) return line;
  throw new ChatError('usage', 'a passphrase is not empty; for none there is --no-passphrase');
}

/** Byte by byte, so that what follows the line is left for others: the descriptor may be standard input. */
async function readLineFrom(fd: number): Promise<string> {
  const bytes: number[] = [];
  const one = Buffer.alloc(1);
  try {
    while (bytes.length < mostBytes) {
      const { bytesRead } = await readFd(fd, one, 0, 1, null);
      if (bytesRead === 0 || one[0] === 0x0a) break;
      bytes.push(one[0] ?? 0);
    }
  } catch (error) {
    throw new ChatError(
      'usage',
      `--passphrase-fd ${fd} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
  return Buffer.from(bytes).toString('utf8').replace(/\r$/u, '');
}
