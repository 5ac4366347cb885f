import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `condition` answers something true and answers that; fails after `withinMs` and names what was waited for.
 * What a condition throws counts as "not yet"; it is asked again every `everyMs`.
 */
export async function until<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  withinMs = 15_000,
  everyMs = 5,
): Promise<NonNullable<Value>> {
  const lastMoment = performance.now() + withinMs;
  let thrown: unknown;
  while (performance.now() < lastMoment) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      thrown = error;
    }
    await pause(everyMs);
  }
  throw new Error(`waited ${withinMs} ms in vain: ${what}`, { cause: thrown });
}
