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
import { note } from './rows.ts';

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
