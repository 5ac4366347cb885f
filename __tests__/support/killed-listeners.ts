import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startListenerProcess } from './listener-process.ts';
import type { ListenerProcess, ListenerStart } from './listener-process.ts';

/** Listeners that are killed again and again, and started again. */
export type KilledListeners = {
  /** The port of one of those that run now; 0 when none does. */
  readonly port: () => number;
  readonly kills: () => number;
  /** To be told of every answer. */
  readonly answered: () => void;
  /** Ends them for good. */
  readonly stop: () => Promise<void>;
};

/** When each is killed: after so many ms, or after so many answers of any of them, each without pattern up to `most`. */
export type Life = { readonly unit: 'ms' | 'answers'; readonly least: number; readonly most: number };

/** Starts `count` listeners on one inbox, each on a port of its own, and kills and starts them until they are stopped. */
export function startKilledListeners(
  inbox: string,
  { count, life, ...how }: { count: number; life: Life } & Pick<ListenerStart, 'program'>,
): KilledListeners {
  const running = new Set<ListenerProcess>();
  const tally = { kills: 0, answers: 0 };
  const stopping = new AbortController();
  const live = async (): Promise<void> => {
    const most = randomInt(life.least, life.most);
    if (life.unit === 'ms') return pause(most);
    // A machine that is busy gets as far as a quiet one.
    const last = tally.answers + most;
    while (tally.answers < last && !stopping.signal.aborted) await pause(1);
  };
  const work = Array.from({ length: count }, async () => {
    while (!stopping.signal.aborted) {
      const one = await startListenerProcess(inbox, how);
      running.add(one);
      await live();
      await one.end('SIGKILL');
      running.delete(one);
      tally.kills += 1;
    }
  });
  return {
    port: () => [...running][randomInt(Math.max(1, running.size))]?.port ?? 0,
    kills: () => tally.kills,
    answered: () => void (tally.answers += 1),
    async stop() {
      stopping.abort();
      await Promise.all(work);
    },
  };
}
