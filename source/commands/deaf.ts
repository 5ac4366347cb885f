import type { Reached } from '../session/home/reach.ts';
import { say, type Invocation } from './invocation.ts';

/** Why nothing can reach this home although the command was to see to that; null when it can. Answers once the listener runs or has failed. */
export async function whyDeaf({ local, calls }: Reached): Promise<string | null> {
  if (local) {
    const listener = await local.listening();
    if (listener?.phase === 'failed') return listener.reason;
  }
  return (await calls.status()).listener.running ? null : 'no listener is running';
}

/** Says that nothing can reach this home, if it is so. */
export async function sayIfDeaf(call: Invocation, reached: Reached): Promise<void> {
  const why = await whyDeaf(reached);
  if (why !== null) say(call, `Nothing can reach you here: ${why}. cryptochat doctor says more.`);
}
