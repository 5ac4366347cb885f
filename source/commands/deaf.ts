import { setTimeout as pause } from 'node:timers/promises';
import type { Calls } from '../core/calls.ts';
import type { Reached } from '../session/holding/reach.ts';
import { say, type Invocation } from './invocation.ts';

/** How long the listener of a messenger that has just started may take, and how often it is checked. */
const startsWithinMs = 5000;
const lookEveryMs = 100;

/**
 * The reason why nothing can reach this home although the command was to make sure of that; null when messages can arrive. Resolves once
 * the listener runs or has failed.
 */
export async function whyDeaf({ local, calls }: Reached): Promise<string | null> {
  if (local) {
    const listener = await local.listening();
    if (listener?.phase === 'failed') return listener.reason;
  }
  return (await isHeard(calls, local ? 0 : startsWithinMs)) ? null : 'no listener is running';
}

/** The process that has the home open may just be starting its listener. */
async function isHeard(calls: Pick<Calls, 'status'>, withinMs: number): Promise<boolean> {
  for (let left = withinMs; ; left -= lookEveryMs) {
    if ((await calls.status()).listener.running) return true;
    if (left <= 0) return false;
    await pause(lookEveryMs);
  }
}

/** Says so if nothing can reach this home. */
export async function sayIfDeaf(call: Invocation, reached: Reached): Promise<void> {
  const why = await whyDeaf(reached);
  if (why !== null) say(call, `Nobody can reach you: ${why}. cryptochat doctor shows more.`);
}
