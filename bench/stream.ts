import { limits } from '../source/core/limits.ts';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectControl } from '../source/session/control/client.ts';
import { until } from '../__tests__/support/until.ts';
import { spread } from './floor.ts';
import {
  controlOf,
  cpuOf,
  listenerOf,
  messenger,
  quit,
  residentMb,
  type Control,
  type Pair,
} from './pair.ts';
import { both, note } from './rows.ts';

/** A stream from A to B with both screens open: messages a second, and the processor time of each of the four programs for one. */
export type Stream = {
  readonly queuedASecond: number;
  readonly deliveredASecond: number;
  /** In ms for one message: A's and B's messenger, A's and B's listener. */
  readonly cpuMs: readonly [number, number, number, number];
  /** The resident memory of both messengers at the end. */
  readonly residentMb: readonly number[];
};

/** Sends `count` messages with `atOnce` of them under way. Throws when the last one does not arrive. */
export async function streamIn(
  { alice, bob }: Pair,
  { count, atOnce }: { readonly count: number; readonly atOnce: number },
): Promise<Stream> {
  const screens = [messenger(alice), messenger(bob)] as const;
  for (const screen of screens) await screen.sees('listening');
  const listeners = await Promise.all([alice, bob].map(listenerOf));
  const pids = [...screens.map(({ pid }) => pid), ...listeners];
  const control = await controlOf(alice);
  const before = await Promise.all(pids.map(cpuOf));
  const start = performance.now();
  const queued = await sendStream(control, { count, atOnce });
  const end = performance.now();
  const after = await Promise.all(pids.map(cpuOf));
  control.end();
  const memory = await Promise.all(screens.map(({ pid }) => residentMb(pid)));
  await Promise.all(screens.map(quit));
  return {
    residentMb: memory,
    queuedASecond: (count * 1000) / (queued - start),
    deliveredASecond: (count * 1000) / (end - start),
    cpuMs: after.map((ms, at) => (ms - (before[at] ?? 0)) / count) as [number, number, number, number],
  };
}

/** Sends `count` messages with `atOnce` of them under way; resolves when the last one is delivered, with the moment when it was queued. */
export async function sendStream(
  { calls }: Control,
  { count, atOnce }: { readonly count: number; readonly atOnce: number },
): Promise<number> {
  let last = '';
  for (let index = 0; index < count; index += atOnce) {
    const batch = Array.from({ length: atOnce }, (_, at) =>
      calls.send({ contact: 'bob', text: `m ${index + at}` }),
    );
    last = (await Promise.all(batch)).at(-1)?.id ?? '';
  }
  const queued = performance.now();
  const { state } = await calls.wait({ id: last, want: 'delivered', timeoutMs: 120_000 });
  if (state !== 'delivered') throw new Error('the stream did not arrive');
  return queued;
}

/** A messenger that opens while envelopes wait: ms from its start until it has the last one, and each key's echo meanwhile. */
export type Waiting = { readonly caughtUpMs: number; readonly echoMs: readonly number[] };

/** Sends `count` messages to B, whose listener alone is there, and opens B. Throws when the last one does not come. */
export async function openOnWaiting({ alice, bob }: Pair, count: number): Promise<Waiting> {
  const lastText = 'the last of all that waits';
  const sender = messenger(alice);
  await sender.sees('listening');
  const from = await controlOf(alice);
  const send = async (text: string): Promise<string> => (await from.calls.send({ contact: 'bob', text })).id;
  await Promise.all(Array.from({ length: count - 1 }, (_, at) => send(`waiting ${at + 1}`)));
  const last = await send(lastText);
  const { state } = await from.calls.wait({ id: last, want: 'sent', timeoutMs: 120_000 });
  if (state !== 'sent') throw new Error(`the last of ${count} does not get to the listener: ${state}`);
  from.end();
  await quit(sender);
  const start = performance.now();
  const screen = messenger(bob);
  await screen.sees('alice');
  const to = await until('bob answers', () => connectControl(join(bob, 'keys', 'control')));
  const echoMs: number[] = [];
  const isThere = async (): Promise<boolean> =>
    (await to.calls.read({ contact: 'alice', last: 1, peek: true }))[0]?.text === lastText;
  while (!(await isThere())) {
    const before = screen.cursor().x;
    const typed = performance.now();
    screen.type('a');
    echoMs.push((await screen.drawn('the echo', () => screen.cursor().x !== before)) - typed);
    screen.type('\u0015');
    await screen.drawn('an empty line', () => screen.cursor().x === before);
    if (performance.now() - start > 120_000) throw new Error('what waits does not come in');
    await pause(100);
  }
  const caughtUpMs = performance.now() - start;
  // A conversation opens at its first unread message: the next measures look for new ones.
  await to.calls.read({ contact: 'alice', last: count, peek: false });
  to.end();
  await quit(screen);
  return { caughtUpMs, echoMs };
}

/** A stream between two open screens, 25 and 200 messages at a time. */
export async function measureStream(pair: Pair): Promise<void> {
  for (const atOnce of [25, 200]) {
    const {
      queuedASecond,
      deliveredASecond,
      cpuMs,
      residentMb: memory,
    } = await streamIn(pair, {
      count: 5000,
      atOnce,
    });
    const rate = (perSecond: number): string => `${Math.round(perSecond)} messages/s`;
    note(`queueing, ${atOnce} under way`, rate(queuedASecond));
    const what = `sustained A → B until delivered, both screens, ${atOnce} under way`;
    note(what, rate(deliveredASecond), '1,500/s');
    const sum = cpuMs.reduce((all, one) => all + one, 0);
    const each = cpuMs.map((ms) => ms.toFixed(2)).join(' + ');
    note('processor time for one message, of all four programs', `${sum.toFixed(2)} ms (${each})`, '1.5 ms');
    note('resident memory of both messengers after 5,000 messages', `${memory.join(' and ')} MB`, '120 MB');
  }
}

/** Nearly as much as one contact can have waiting: receipts wait in the same slot. */
const waitingCount = limits.slotFiles - 50;

/** The mail that waits when the messenger opens. */
export async function measureWaiting(pair: Pair): Promise<void> {
  const { caughtUpMs, echoMs } = await openOnWaiting(pair, waitingCount);
  const what = `exec → the last of ${waitingCount} waiting envelopes received`;
  note(what, `${Math.round(caughtUpMs)} ms`, '2,000 ms');
  note('key → echo meanwhile', both(spread(echoMs)), '25 ms');
}
