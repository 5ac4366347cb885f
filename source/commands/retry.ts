import { after } from './after.ts';
import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long one try may take before the command ends without it. */
const tryMs = 10_000;

/** `retry`: tries to send now what waits; receives nothing. */
export async function retry(call: Invocation): Promise<void> {
  await withHome(call, 'none', async ({ calls, local }) => {
    await calls.retry();
    if (!local) return say(call, 'The messenger that is open tries everything that waits now.');
    await Promise.race([local.idle(), after(tryMs)]);
    const { queued } = await calls.status();
    say(call, queued === 0 ? 'Nothing waits to be sent.' : `${queued} still waiting to be sent.`);
  });
}
