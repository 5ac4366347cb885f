import { createInterface, type Interface } from 'node:readline/promises';
import { ChatError } from '../../core/errors.ts';
import { checkName } from '../../core/names.ts';
import { noPassphraseMeans } from '../../core/door.ts';
import { addressFrom } from '../../core/address-from.ts';
import { listenFor, whoReachesAt } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import { say, type Invocation } from '../invocation.ts';
import { makeHome } from '../init.ts';
import { ownName, suggestAddresses } from '../own-defaults.ts';
import { newPassphrase } from '../passphrase.ts';

/** The first run in lines: asks the four questions, each with a default, and makes the home. */
export async function setUpInLines(call: Invocation): Promise<void> {
  const addresses = await suggestAddresses();
  say(
    call,
    `There is no home at ${printableLine(call.home)} yet. Four questions make one; Enter takes the default.`,
  );
  const name = await ask(call, 'Your name, as others see it', ownName(), (text) => void checkName(text));
  const locked = await ask(call, 'Lock it with a passphrase', 'yes', checkYesNo);
  if (locked.startsWith('n')) say(call, noPassphraseMeans);
  const passphrase = locked.startsWith('n') ? null : await newPassphrase(call);
  if (addresses.advice !== '') say(call, addresses.advice);
  const words = await ask(
    call,
    'Address that others reach you at',
    addresses.address,
    (text) => void addressFrom(text),
  );
  const address = addressFrom(words);
  const kept = whoReachesAt(address);
  if (kept !== null) say(call, kept);
  const keep = await ask(call, 'Keep receiving while cryptochat is closed', 'yes', checkYesNo);
  const listen = listenFor(address, addresses);
  await makeHome({
    home: call.home,
    name,
    passphrase,
    listen,
    address,
    keepListening: !keep.startsWith('n'),
  });
}

async function ask(
  call: Invocation,
  question: string,
  otherwise: string,
  check: (text: string) => void,
): Promise<string> {
  for (;;) {
    const lines = createInterface({ input: call.stdin, output: call.stderr, terminal: false });
    const answer = await readAnswer(lines, `${question} [${otherwise}]: `, call.signal);
    try {
      if (answer.includes('\ufffd')) throw new ChatError('text-encoding', 'what was typed');
      check(answer || otherwise);
      return answer || otherwise;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      say(call, `cryptochat: error: ${printableLine(error.message)}`);
    }
  }
}

async function readAnswer(lines: Interface, question: string, signal: AbortSignal): Promise<string> {
  const ended = Promise.withResolvers<never>();
  lines.once('close', () => ended.reject(new ChatError('usage', 'the questions were not answered')));
  ended.promise.catch(() => undefined);
  try {
    return (await Promise.race([lines.question(question, { signal }), ended.promise])).trim();
  } finally {
    lines.close();
  }
}

function checkYesNo(text: string): void {
  if (!/^(?:y|yes|n|no)$/u.test(text)) throw new ChatError('usage', 'the answer is yes or no');
}
