import { createInterface, type Interface } from 'node:readline/promises';
import { ChatError } from '../../core/errors.ts';
import { checkName } from '../../core/names.ts';
import { noPassphraseMeans, type SetUp } from '../../core/door.ts';
import { addressFrom } from '../../core/address-from.ts';
import { listenFor, whoReachesAt } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import { say, type Invocation } from '../invocation.ts';
import { makeHome } from '../init.ts';
import { ownName, suggestAddresses, type Suggestion } from '../own-defaults.ts';
import { newPassphrase } from '../passphrase.ts';

/**
 * The first run in lines: asks for a name, shows its other choices, and makes the home. With `asks: 'name'` nothing more is asked;
 * otherwise Enter begins, or a word changes one of the choices.
 */
export async function setUpInLines(
  call: Invocation,
  { asks = 'all' }: { readonly asks?: 'all' | 'name' } = {},
): Promise<void> {
  const addresses = await suggestAddresses();
  say(call, `There is no home at ${printableLine(call.home)} yet: this makes one.`);
  const name = await ask(
    call,
    `Your name, as your contacts see it [${ownName()}]: `,
    (text) => void checkName(text || ownName()),
  );
  const chosen: SetUp = {
    name: name || ownName(),
    passphrase: null,
    listen: addresses.listen,
    address: addresses.address,
    keepListening: true,
  };
  say(call, choicesOf(chosen, addresses.advice));
  const answers = asks === 'name' ? chosen : await change(call, chosen, addresses);
  await makeHome({ home: call.home, ...answers });
}

/** The current choices, one line for each. */
function choicesOf({ address, keepListening, passphrase }: SetUp, advice: string): string {
  const who = whoReachesAt(address);
  return [
    `address:    ${printableLine(address || 'none')}`,
    `            ${who ?? 'Anyone on the internet can reach it, unless a firewall blocks it.'}`,
    ...(advice === '' ? [] : [`            ${advice}`]),
    `receiving:  ${keepListening ? 'messages arrive even while cryptochat is closed' : 'only while cryptochat is open'}`,
    `passphrase: ${passphrase === null ? `none. ${noPassphraseMeans}` : 'set'}`,
  ].join('\n');
}

const changes: Readonly<
  Record<string, (call: Invocation, now: SetUp, addresses: Suggestion) => Promise<SetUp>>
> = {
  async address(call, now, addresses) {
    const check = (text: string): void => void addressFrom(text || now.address);
    const words = await ask(call, `Address that others reach you at [${now.address}]: `, check);
    const address = addressFrom(words || now.address);
    return { ...now, address, listen: listenFor(address, addresses) };
  },
  receiving: (_call, now) => Promise.resolve({ ...now, keepListening: !now.keepListening }),
  passphrase: async (call, now) => ({ ...now, passphrase: await newPassphrase(call) }),
};

async function change(call: Invocation, chosen: SetUp, addresses: Suggestion): Promise<SetUp> {
  const names = Object.keys(changes);
  const question = `Enter begins, or type what to change (${names.join(', ')}): `;
  let now = chosen;
  for (;;) {
    const word = await ask(call, question, (text) => {
      if (text !== '' && !names.includes(text)) throw new ChatError('usage', `type ${names.join(', ')}`);
    });
    const next = changes[word];
    if (!next) return now;
    now = await next(call, now, addresses);
    say(call, choicesOf(now, addresses.advice));
  }
}

async function ask(call: Invocation, question: string, check: (text: string) => void): Promise<string> {
  for (;;) {
    const lines = createInterface({ input: call.stdin, output: call.stderr, terminal: false });
    const answer = await readAnswer(lines, question, call.signal);
    try {
      if (answer.includes('\ufffd')) throw new ChatError('text-encoding', 'what was typed');
      check(answer);
      return answer;
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
