import { setTimeout as silent } from 'node:timers/promises';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { after } from './shapes.ts';
import { parseDuration } from './duration.ts';
import { sayIfDeaf } from './deaf.ts';
import { say, type Invocation } from './invocation.ts';
import { afterEveryChange, withHome } from './with-home.ts';
import type { Reached } from '../session/holding/reach.ts';

/** `sync`: receives messages that have arrived and sends queued ones; ends when nothing is left, or when --for is over. */
export async function sync(call: Invocation): Promise<void> {
  const forMs = call.flags.for === undefined ? null : parseDuration(call.flags.for);
  await withHome(call, 'supervise', async (reached) => {
    await reached.calls.retry();
    await Promise.all([work(reached, forMs), sayIfDeaf(call, reached)]);
    const { unread, queued } = await reached.calls.status();
    say(call, `${unread} unread, ${queued === 0 ? 'nothing' : queued} queued.`);
  });
}

/** How often to ask the program that has the home whether it is idle, in milliseconds; one that does not answer is stopped. */
const askEveryMs = 15_000;

/**
 * Waits until the home is idle, or `forMs` are over. A messenger that opens takes the home over, and one that ends gives it back: the wait
 * goes on with whichever program has it. Throws ChatError home-silent when that program stops.
 */
async function work({ local, moved, calls }: Reached, forMs: number | null): Promise<void> {
  if (forMs !== null) await Promise.race([after(forMs), local ? moved : afterEveryChange(calls, nothing)]);
  else while (!(await answered(calls.untilIdle({ timeoutMs: askEveryMs }))));
}

async function answered(isIdle: Promise<boolean>): Promise<boolean> {
  const answer = await Promise.race([
    isIdle,
    silent(askEveryMs + limits.controlHelloMs, null, { ref: false }),
  ]);
  if (answer === null) throw new ChatError('home-silent');
  return answer;
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
