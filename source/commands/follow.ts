import type { Calls } from '../core/calls.ts';
import { after } from './after.ts';

/** How long one wait lasts; only a bound on the cost of a missed wake-up. */
const waitMs = 5000;
/** Changes often come in a stream: how long the next look waits for more of them. */
const coalesceMs = 50;

/**
 * Does `step` now and after every change, until it or a call throws. Waiting begins before the step, so that nothing stored during the step
 * is missed.
 */
export async function afterEveryChange(calls: Calls, step: () => Promise<void>): Promise<never> {
  for (;;) {
    const change = calls.changed({ timeoutMs: waitMs });
    change.catch(() => undefined);
    await step();
    await change;
    await after(coalesceMs);
  }
}
