import { after } from './after.ts';
import { parseDuration } from './duration.ts';
import { say, type Invocation } from './invocation.ts';
import type { Reached } from '../session/reach.ts';
import { withHome } from './with-home.ts';

/** `sync`: receives what has arrived and sends what is queued; ends when nothing is left, or when --for is over. */
export async function sync(call: Invocation): Promise<void> {
  const forMs = call.flags.for === undefined ? null : parseDuration(call.flags.for);
  await withHome(call, 'supervise', async (reached) => {
    const before = await reached.calls.status();
    await reached.calls.retry();
    await work(reached, forMs);
    const now = await reached.calls.status();
    const received = Math.max(0, now.unread - before.unread);
    const sent = Math.max(0, before.queued - now.queued);
    const waiting = now.queued > 0 ? `, ${now.queued} still waiting` : '';
    say(call, `Received ${received}, sent ${sent}${waiting}; ${now.unread} unread.`);
  });
}

/** A messenger that opens meanwhile takes over, and there is nothing left to do here. */
async function work({ local, moved }: Reached, forMs: number | null): Promise<void> {
  if (forMs !== null) await (local ? Promise.race([moved, after(forMs)]) : after(forMs));
  else if (local) await Promise.race([moved, local.idle()]);
}
