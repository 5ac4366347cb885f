import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { after } from './shapes.ts';
import { askYes } from './ask-yes.ts';
import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long the news may take to reach contacts before the command ends without it. */
const tellMs = 2000;

/** `revoke`: gives the identity key up for good; asks first, unless --yes. */
export async function revoke(call: Invocation): Promise<void> {
  if (!call.flags.yes && !(await isSure(call))) return say(call, 'Nothing was changed.');
  await withHome(call, 'none', async ({ calls, local }) => {
    const { told } = await calls.revoke();
    const names = told.map((name) => printableLine(name)).join(', ');
    say(call, told.length > 0 ? `Being told: ${names}.` : 'There is nobody left to tell.');
    say(call, 'Nothing is sent with this key any more. Make a new home, and give your contacts new links.');
    if (local) await Promise.race([local.idle(), after(tellMs)]);
  });
}

async function isSure(call: Invocation): Promise<boolean> {
  const about =
    'You give your key up for good. Every contact is told not to trust it, and you can send nothing with it any more.';
  const sure = await askYes(call, about, 'Revoke it?');
  if (sure === null) throw new ChatError('usage', 'revoke asks on a terminal; without one it needs --yes');
  return sure;
}
