import { existsSync } from 'node:fs';
import type { Calls } from '../core/calls.ts';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import { checkKeyFile, saveNewFile } from '../session/home/key-file.ts';
import { isLocked, type AskPassphrase } from '../session/home/unlock.ts';
import { print, say, type Invocation } from './invocation.ts';
import { readInput, standard } from './read-input.ts';
import { withHome } from './with-home.ts';
import { askedFor, askTwice, givenLines, onlyOnce, passphraseOf } from './passphrase.ts';

const needed = "the file's passphrase is typed in a terminal; without one, give --passphrase-fd N";

/** `keys export FILE`: writes the private key into a new file, under a passphrase of its own. */
export async function exportKey(call: Invocation, path: string): Promise<void> {
  if (path !== standard && existsSync(path)) throw new ChatError('file-exists', printableLine(path));
  const { home, file } = await findPassphrases(call);
  const { pem } = await withHome(
    call,
    'read',
    async ({ calls }) => calls.exportKey({ passphrase: file ?? (await askTwice(call, forFile)) }),
    home,
  );
  if (path === standard) call.stdout.write(pem);
  else await saveNewFile(path, pem);
  const where = path === standard ? 'That' : printableLine(path);
  say(call, `${where} is your private key: anyone with it and its passphrase can write as you.`);
}

/** `keys import FILE`: gives another key to a home that nobody knows yet. Prints the fingerprint. */
export async function importKey(call: Invocation, path: string): Promise<void> {
  const { home, file } = await findPassphrases(call);
  const pem = (await readInput(call, path, limits.keyFileBytes)).toString('utf8');
  checkKeyFile(pem);
  const ask = file === null ? askedFor(call, 'Passphrase of the file: ') : onlyOnce(file);
  const { fingerprint } = await withHome(call, 'none', ({ calls }) => tryEach(calls, pem, ask), home);
  print(call, fingerprint);
  say(call, 'This home now uses this key. Do not use it in any other home.');
}

const forFile = {
  about: 'The passphrase locks the file. It cannot be recovered.',
  question: 'Passphrase for the file: ',
  needed,
};

/**
 * The passphrases of a home and of a file. With --passphrase-fd both are known now; the home's is among them whenever the home is locked,
 * open or not. Throws ChatError usage.
 */
export async function findPassphrases(
  call: Invocation,
): Promise<{ readonly home: AskPassphrase; readonly file: string | null }> {
  const ofHome = (await isLocked(call.home)) ? ["the home's passphrase"] : [];
  const lines = await givenLines(call, [...ofHome, "the file's"]);
  if (!lines) return { home: passphraseOf(call), file: null };
  return { home: onlyOnce(lines[0] ?? ''), file: lines.at(-1) ?? null };
}

async function tryEach(
  calls: Calls,
  pem: string,
  ask: AskPassphrase,
): Promise<{ readonly fingerprint: string }> {
  let failure = new ChatError('usage', needed);
  for (;;) {
    const passphrase = await ask();
    if (passphrase === null) throw failure;
    try {
      return await calls.importKey({ pem, passphrase });
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'key-file-locked') throw error;
      failure = error;
    }
  }
}
