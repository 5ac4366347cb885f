import { after, labelOf } from './shapes.ts';
import { printableLine } from '../core/printable.ts';
import { sayIfDeaf } from './deaf.ts';
import { print, say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long the answer may take before the command ends without it. */
const answerMs = 2000;

/** `accept`: accepts a request that came through the card; prints their name and fingerprint. */
export async function accept(call: Invocation): Promise<void> {
  const [contact = ''] = call.words;
  await withHome(call, 'supervise', async (reached) => {
    const { calls, local } = reached;
    const accepted = await calls.accept({ contact });
    const label = printableLine(labelOf(accepted));
    print(call, `${label}  ${accepted.fingerprint}`);
    if (local) await Promise.race([local.idle(), after(answerMs)]);
    await sayIfDeaf(call, reached);
    say(call, `Verify the safety number with ${label} in person or by phone: cryptochat verify shows it.`);
  });
}

/** `decline`: declines a request that came through the card. They are not told, and can ask again. */
export async function decline(call: Invocation): Promise<void> {
  const [contact = ''] = call.words;
  await withHome(call, 'none', ({ calls }) => calls.decline({ contact }));
  say(call, 'Declined. They are not told, and can ask again while they have your reusable link.');
}
