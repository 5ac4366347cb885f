import type { Calls } from '../core/calls.ts';
import { charsetIn, decodeWhole } from '../core/charset.ts';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import type { MessageState, Printable, Waits } from '../core/types.ts';
import type { Reached } from '../session/holding/reach.ts';
import { sayIfDeaf } from './deaf.ts';
import { parseDuration } from './duration.ts';
import { print, say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long one try to deliver may hold up a command that was not asked to wait. */
const momentMs = 2000;

type Want = 'sent' | 'delivered';

/** `send`: queues one message and prints its id; then tries once, or waits according to --wait and --timeout. */
export async function send(call: Invocation): Promise<void> {
  const want = wanted(call);
  const timeoutMs = parseDuration(call.flags.timeout ?? '30s');
  const [contact = '', ...words] = call.words;
  const text = words.length > 0 ? words.join(' ') : await readText(call);
  await withHome(call, want === 'delivered' ? 'supervise' : 'none', async (reached) => {
    const { id } = await reached.calls.send({ contact, text });
    print(call, id);
    // The tick comes in through the listener: without a listener the wait is pointless.
    if (want === 'delivered') sayIfDeaf(call, reached).catch(() => undefined);
    if (want) await waitFor(reached.calls, { id, want, timeoutMs }, contact);
    else await tryOnce(call, reached, id, contact);
  });
}

function wanted(call: Invocation): Want | undefined {
  const { wait, timeout } = call.flags;
  if (wait === undefined && timeout !== undefined) throw new ChatError('usage', '--timeout needs --wait');
  if (wait === undefined || wait === 'sent' || wait === 'delivered') return wait;
  throw new ChatError('usage', '--wait needs "sent" or "delivered"');
}

async function waitFor(
  calls: Calls,
  ask: { readonly id: string; readonly want: Want; readonly timeoutMs: number },
  contact: string,
): Promise<void> {
  const { state, waits = 'away' } = await calls.wait(ask);
  if (state === 'failed') throw new ChatError('contact-frozen', 'the message was refused');
  if (hasReached(state, ask.want)) return;
  throw new ChatError(whyNotYet[state] ?? `peer-${waits}`, printableLine(contact));
}

const whyNotYet: Readonly<Partial<Record<MessageState, 'peer-silent' | 'peer-kept'>>> = {
  sent: 'peer-silent',
  kept: 'peer-kept',
};

function hasReached(state: MessageState, want: Want): boolean {
  return state === 'delivered' || (want === 'sent' && state === 'sent');
}

const whyItWaits: Readonly<Record<Waits, (label: Printable) => string>> = {
  asked: (label) => `${label} has not accepted you yet`,
  unknown: (label) => `the address of ${label} answered that it does not know you`,
  elsewhere: (label) => `another program answers at the address of ${label}`,
  proxy: (label) => `your proxy or Tor does not connect to ${label}`,
  'by-hand': (label) => `${label} has no address`,
  away: (label) => `${label} is unreachable`,
};

const whenItGoes: Readonly<Partial<Record<Waits, string>>> = {
  asked: 'when they do',
  'by-hand': 'when you pack it: cryptochat pack CONTACT FILE',
};

async function tryOnce(call: Invocation, { calls }: Reached, id: string, contact: string): Promise<void> {
  const { state, waits = 'away' } = await calls.wait({ id, want: 'kept', timeoutMs: momentMs });
  if (state !== 'queued') return;
  const label = printableLine(contact);
  const end = whenItGoes[waits] ?? 'while cryptochat or its listener runs';
  say(call, `${whyItWaits[waits](label)}; the message is queued and is sent ${end}.`);
}

/** Standard input as one message, without the line end that programs put last. */
async function readText({ stdin, stderr, env }: Invocation): Promise<string> {
  if (stdin.isTTY) say({ stderr }, 'Type the message; Ctrl+D on an empty line ends it.');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stdin as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > limits.textBytes + 2) throw new ChatError('text-long', `more than ${limits.textBytes}`);
  }
  const text = decodeWhole(Buffer.concat(parts), charsetIn(env));
  if (text === null) throw new ChatError('text-encoding', 'standard input');
  return text.replace(/\r?\n$/u, '');
}
