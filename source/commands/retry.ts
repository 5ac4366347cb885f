import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long the try may take before the command ends without its result, in milliseconds. */
const tryMs = 10_000;

/** `retry`: tries to send waiting messages now; receives nothing. Within line mode it does not wait for the result. */
export async function retry(call: Invocation): Promise<void> {
  await withHome(call, 'none', async ({ calls }) => {
    await calls.retry();
    if (call.open) return say(call, 'The open messenger tries everything that is queued now.');
    await calls.untilIdle({ timeoutMs: tryMs });
    const { queued } = await calls.status();
    say(call, queued === 0 ? 'Nothing is queued.' : `${queued} still queued.`);
  });
}
