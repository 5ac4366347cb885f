import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../source/core/limits.ts';
import type { InTerminal } from '../__tests__/support/pty.ts';
import { makeBoxed, type Boxed } from './boxes.ts';
import { listenerOf, messenger, quit, type Pair } from './pair.ts';
import { note } from './rows.ts';
import { upAndReady } from './screens.ts';

/** The time after which nothing of the start is left: compiled code is thrown away and the heap shrinks during the first minute. */
const calmMs = 60_000;
const idleMs = 60_000;
/** One whole poll of a box, wherever in it the time begins. */
const pollMs = limits.boxWaitMs;

type Opened = Boxed & { readonly screens: readonly [InTerminal, InTerminal]; readonly at: number };

let opened: Promise<Opened> | undefined;

/** Opens the messengers that measureIdle() measures: what else is measured meanwhile takes the place of its minute of calm. */
export function openIdle(pair: Pair): Promise<Opened> {
  opened ??= open(pair);
  return opened;
}

async function open(pair: Pair): Promise<Opened> {
  const boxed = await makeBoxed(pair, 'dora', true);
  const screens = [messenger(pair.alice), messenger(boxed.home)] as const;
  for (const screen of screens) await screen.sees(upAndReady);
  return { ...boxed, screens, at: performance.now() };
}

/** What an open messenger and its listener cost while nothing happens: with a box and without, in the same minute. */
export async function measureIdle(pair: Pair): Promise<void> {
  const { home, bytes, screens, at } = await openIdle(pair);
  await pause(Math.max(0, at + calmMs - performance.now()));
  const [plain, boxed] = await Promise.all([
    usedDuring(idleMs, [screens[0].pid, await listenerOf(pair.alice)]),
    (async () => {
      const before = bytes();
      const used = await usedDuring(pollMs, [screens[1].pid, await listenerOf(home)]);
      return { ...used, kilobytes: (bytes() - before) / 1024 };
    })(),
  ]);
  await Promise.all(screens.map(quit));
  note('idle: messenger and listener, share of a core', plain.share, '0.02 %');
  note('idle: wake-ups in a second', plain.wakeups, '1');
  note('idle with a box: messenger and listener, share of a core', boxed.share, '0.02 %');
  const perMinute = (boxed.kilobytes * 60_000) / pollMs;
  note('idle with a box: bytes on the line in a minute', `${perMinute.toFixed(1)} KB`, '1 KB');
}

async function usedDuring(
  ms: number,
  pids: readonly number[],
): Promise<{ readonly share: string; readonly wakeups: string }> {
  const before = await Promise.all(pids.map(usedBy));
  await pause(ms);
  const after = await Promise.all(pids.map(usedBy));
  const each = (of: 'cpuMs' | 'wakeups'): readonly number[] =>
    after.map((used, at) => (used[of] - (before[at]?.[of] ?? 0)) / ms);
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  const shares = each('cpuMs').map((one) => 100 * one);
  return {
    share: `${sum(shares).toFixed(3)} % (${shares.map((one) => one.toFixed(3)).join(' + ')})`,
    wakeups: (1000 * sum(each('wakeups'))).toFixed(1),
  };
}

/** Processor time so far (ms, as the scheduler counts it), and how often the process has waited for something, over all its threads. */
async function usedBy(pid: number): Promise<{ readonly cpuMs: number; readonly wakeups: number }> {
  let [cpuMs, wakeups] = [0, 0];
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const [ran = 0] = (await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
      .split(' ')
      .map(Number);
    const status = await readFile(`/proc/${pid}/task/${thread}/status`, 'utf8');
    cpuMs += ran / 1e6;
    wakeups += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return { cpuMs, wakeups };
}
