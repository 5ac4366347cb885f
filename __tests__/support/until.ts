import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `condition` answers something true and answers that; fails after `withinMs` and names what was waited for.
 * An error that a condition throws counts as "not yet"; it is asked again every `everyMs`, without that soon at first and then less often,
 * because what is waited for needs the processor too.
 */
export async function until<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  withinMs = 60_000,
  everyMs?: number,
): Promise<NonNullable<Value>> {
  const lastMoment = performance.now() + withinMs;
  let thrown: unknown;
  let soonMs = 2;
  while (performance.now() < lastMoment) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      thrown = error;
    }
    await pause(everyMs ?? soonMs);
    soonMs = Math.min(soonMs * 1.4, 50);
  }
  throw new Error(`waited ${withinMs} ms in vain: ${what}`, { cause: thrown });
}
