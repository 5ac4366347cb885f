import { reach, type Reached } from '../session/holding/reach.ts';
import { passphraseOf } from './passphrase.ts';
import type { Calls } from '../core/calls.ts';
import { after } from './shapes.ts';
import { untilStopped, type Invocation } from './invocation.ts';

/**
 * Runs `work` on the home of `call`, through the client that runs there or alone, until it is done or interrupted; the home is left either
 * way. `listen` says that messages must be able to arrive in the meantime, or need not (`none`), or (`read`) that nothing is changed: that also
 * works on a disk that is full or read-only.
 */
export async function withHome<Result>(
  call: Invocation,
  listen: 'supervise' | 'none' | 'read',
  work: (reached: Reached) => Promise<Result>,
  passphrase = passphraseOf(call),
): Promise<Result> {
  if (call.open) return work(call.open);
  const { home, version, program } = call;
  const wanted = listen === 'read' ? ({ listen: 'none', reads: true } as const) : { listen };
  const reached = await untilStopped(call.signal, reach({ home, version, program, passphrase, ...wanted }));
  try {
    return await untilStopped(call.signal, work(reached));
  } finally {
    await reached.end();
  }
}

/** How long one wait lasts; only a bound on the cost of a missed wake-up. */
const waitMs = 5000;

/** How long to wait for further changes, which often come in a stream. */
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
