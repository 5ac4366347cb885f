import type { Calls } from '../core/calls.ts';
import { after } from './shapes.ts';
import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long one try may take before the command ends without it: here, and in another program that has the home open. */
const tryMs = 10_000;
const theirTryMs = 2000;

/** `retry`: tries to send waiting messages now; receives nothing. Within line mode it does not wait for the result. */
export async function retry(call: Invocation): Promise<void> {
  await withHome(call, 'none', async ({ calls, local }) => {
    await calls.retry();
    if (call.open) return say(call, 'The open messenger tries everything that is queued now.');
    await (local ? Promise.race([local.idle(), after(tryMs)]) : untilNothingWaits(calls));
    const { queued } = await calls.status();
    say(call, queued === 0 ? 'Nothing is queued.' : `${queued} still queued.`);
  });
}

async function untilNothingWaits(calls: Calls): Promise<void> {
  const until = performance.now() + theirTryMs;
  for (let left = theirTryMs; left > 0; left = until - performance.now()) {
    const change = calls.changed({ timeoutMs: left });
    change.catch(() => undefined);
    if ((await calls.status()).queued === 0) return;
    await change;
  }
}
