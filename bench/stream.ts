import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectControl } from '../source/session/control/client.ts';
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
  const control = await connectControl(join(alice, 'keys', 'control'));
  if (!control) throw new Error('alice does not answer');
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
