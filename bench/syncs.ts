import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { canTrace, tracing } from '../__tests__/support/strace.ts';
import { command, controlOf, messenger, type Control, type Pair } from './pair.ts';
import { note } from './rows.ts';
import { sendStream } from './stream.ts';

const calls = 'fsync,fdatasync,sync_file_range,syncfs,sync,msync';

/** By then, all late commits of a message are over. */
const quietMs = 500;
const [alone, inStream, atOnce] = [10, 2000, 200];

/** Syncs for one message: of A's and B's messenger, A's and B's listener. */
type Syncs = readonly number[];

/**
 * Counts the file syncs of a message until its sender has the receipt, alone and in a stream. A run of its own, because strace
 * slows each sync down; without strace the rows say that nothing was counted.
 */
export async function measureSyncs(pair: Pair): Promise<void> {
  const syncs = canTrace ? await countIn(pair) : null;
  const what = 'file syncs for one message, of all four programs';
  note(`${what}, alone`, inWords(syncs?.alone), '4');
  note(`${what}, in a stream`, inWords(syncs?.inStream), '0.3');
}

function inWords(each: Syncs | undefined): string {
  if (!each) return 'not counted: strace is not here';
  const sum = each.reduce((all, one) => all + one, 0);
  return `${sum.toFixed(2)} (${each.map((one) => one.toFixed(2)).join(' + ')})`;
}

async function countIn(pair: Pair): Promise<{ readonly alone: Syncs; readonly inStream: Syncs }> {
  const homes = [pair.alice, pair.bob];
  const logs = homes.map((_, at) => join(pair.folder, `syncs-${at}`));
  // strace follows each messenger into the listener that it starts.
  for (const home of homes) await command(home, 'listen', '--stop');
  const screens = homes.map((home, at) =>
    messenger(home, [...tracing(logs[at] ?? '', calls), '--seccomp-bpf']),
  );
  for (const screen of screens) await screen.sees('listening');
  const control = await controlOf(pair.alice);
  const counts = {
    alone: await counted(logs, alone, () => sendAlone(control)),
    inStream: await counted(logs, inStream, () => sendStream(control, { count: inStream, atOnce })),
  };
  control.end();
  for (const screen of screens) screen.type('\u0011');
  for (const home of homes) await command(home, 'listen', '--stop');
  await Promise.all(screens.map(({ exited }) => exited));
  for (const home of homes) await command(home, 'sync', '--for', '300ms');
  return counts;
}

async function sendAlone(control: Control): Promise<void> {
  for (let index = 0; index < alone; index += 1) {
    const { id } = await control.calls.send({ contact: 'bob', text: `alone ${index}` });
    await control.calls.wait({ id, want: 'delivered', timeoutMs: 60_000 });
    await pause(quietMs);
  }
}

/** The syncs during `work`, for one of its `count` messages. */
async function counted(logs: readonly string[], count: number, work: () => Promise<unknown>): Promise<Syncs> {
  await pause(quietMs);
  const before = await syncsSoFar(logs);
  await work();
  await pause(quietMs);
  const after = await syncsSoFar(logs);
  return after.map((one, at) => (one - (before[at] ?? 0)) / count);
}

/** The syncs in keys/ are the messengers', those in inbox/ the listeners'. */
async function syncsSoFar(logs: readonly string[]): Promise<Syncs> {
  const texts = await Promise.all(logs.map((log) => readFile(log, 'utf8')));
  const begun = texts.map((text) => text.split('\n').filter((line) => /^\d+ +\w*sync\w*\(/u.test(line)));
  const isListeners = (line: string): boolean => line.includes('/inbox/');
  return [
    ...begun.map((lines) => lines.filter((line) => !isListeners(line)).length),
    ...begun.map((lines) => lines.filter(isListeners).length),
  ];
}
