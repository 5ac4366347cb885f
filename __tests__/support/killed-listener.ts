import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startListenerProcess } from './listener-process.ts';
import type { ListenerProcess, ListenerStart } from './listener-process.ts';

/** A listener that is killed again and again, and started again; `port` is that of the one that runs now. */
export type KilledListener = {
  readonly port: () => number;
  readonly kills: () => number;
  /** Ends it for good. */
  readonly stop: () => Promise<void>;
};

/** Starts a listener on a port of its own, and kills each one after a time without pattern, between `after` ms. */
export function startKilledListener(
  inbox: string,
  after: readonly [least: number, most: number],
  how: Pick<ListenerStart, 'program'> = {},
): KilledListener {
  let running: ListenerProcess | null = null;
  let kills = 0;
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      running = await startListenerProcess(inbox, how);
      await pause(randomInt(...after));
      await running.end('SIGKILL');
      kills += 1;
    }
  })();
  return {
    port: () => running?.port ?? 0,
    kills: () => kills,
    async stop() {
      stopping.abort();
      await work;
    },
  };
}
