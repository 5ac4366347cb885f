import { after, labelOf, stateWords } from './shapes.ts';
import { printableLine } from '../core/printable.ts';
import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long waiting messages may take to go out before the command ends without them. */
const flowMs = 2000;

/** `block`: stops everything from and to a contact. */
export async function block(call: Invocation): Promise<void> {
  const [contact = ''] = call.words;
  const blocked = await withHome(call, 'none', ({ calls }) => calls.block({ contact }));
  const label = printableLine(labelOf(blocked));
  const waiting = blocked.queued > 0 ? ` ${blocked.queued} queued for them stay here.` : '';
  say(call, `${label} is blocked. They are not told.${waiting}`);
}

/** `unblock`: a contact is as before, and messages flow again. */
export async function unblock(call: Invocation): Promise<void> {
  const contact = call.words[0] ?? '';
  await withHome(call, 'none', async ({ calls, local }) => {
    const now = await calls.unblock({ contact });
    if (!now) return say(call, 'This key can join again with a link.');
    say(call, `${printableLine(labelOf(now))} is unblocked: ${stateWords[now.state]}.`);
    if (local) await Promise.race([local.idle(), after(flowMs)]);
  });
}
