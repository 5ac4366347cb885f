import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectControl } from '../source/session/control/client.ts';
import { until } from '../__tests__/support/until.ts';
import { command, messenger, type Pair } from './pair.ts';

/** A stream from A to B with both screens open: messages a second, and the processor time of each of the four programs for one. */
export type Stream = {
  readonly queuedASecond: number;
  readonly deliveredASecond: number;
  /** In ms for one message: A's and B's messenger, A's and B's listener. */
  readonly cpuMs: readonly [number, number, number, number];
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
  let last = '';
  for (let index = 0; index < count; index += atOnce) {
    const batch = Array.from({ length: atOnce }, (_, at) =>
      control.calls.send({ contact: 'bob', text: `m ${index + at}` }),
    );
    last = (await Promise.all(batch)).at(-1)?.id ?? '';
  }
  const queued = performance.now();
  const { state } = await control.calls.wait({ id: last, want: 'delivered', timeoutMs: 120_000 });
  const end = performance.now();
  if (state !== 'delivered') throw new Error('the stream did not arrive');
  const after = await Promise.all(pids.map(cpuOf));
  control.end();
  for (const screen of screens) screen.type('\u0011');
  await Promise.all(screens.map(({ exited }) => exited));
  return {
    queuedASecond: (count * 1000) / (queued - start),
    deliveredASecond: (count * 1000) / (end - start),
    cpuMs: after.map((ms, at) => (ms - (before[at] ?? 0)) / count) as [number, number, number, number],
  };
}

async function listenerOf(home: string): Promise<number> {
  const status = JSON.parse(await command(home, 'status', '--json')) as { listener: { pid: number } };
  return status.listener.pid;
}

/** Processor time of a process so far in ms, from /proc: utime and stime in hundredths of a second. */
export async function cpuOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** A messenger that opens while envelopes wait: ms from its start until it has the last one, and each key's echo meanwhile. */
export type Waiting = { readonly caughtUpMs: number; readonly echoMs: readonly number[] };

/** Sends `count` messages to B, whose listener alone is there, and opens B. Throws when the last one does not come. */
export async function openOnWaiting({ alice, bob }: Pair, count: number): Promise<Waiting> {
  const lastText = 'the last of all that waits';
  const sender = messenger(alice);
  await sender.sees('listening');
  const from = await controlOf(alice);
  let last = '';
  for (let index = 1; index <= count; index += 1)
    last = (await from.calls.send({ contact: 'bob', text: index === count ? lastText : `waiting ${index}` }))
      .id;
  await from.calls.wait({ id: last, want: 'sent', timeoutMs: 120_000 });
  from.end();
  sender.type('\u0011');
  await sender.exited;
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
    await until('the echo', () => screen.cursor().x !== before, 30_000, 1);
    echoMs.push(performance.now() - typed);
    screen.type('\u0015');
    await until('an empty line', () => screen.cursor().x === before, 30_000, 1);
    if (performance.now() - start > 120_000) throw new Error('what waits does not come in');
    await pause(100);
  }
  const caughtUpMs = performance.now() - start;
  to.end();
  screen.type('\u0011');
  await screen.exited;
  return { caughtUpMs, echoMs };
}

async function controlOf(home: string): Promise<NonNullable<Awaited<ReturnType<typeof connectControl>>>> {
  const control = await connectControl(join(home, 'keys', 'control'));
  if (!control) throw new Error(`${home} does not answer`);
  return control;
}
