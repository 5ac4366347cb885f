import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { after } from './shapes.ts';
import { askYes } from './ask-yes.ts';
import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long the news may take to reach contacts before the command ends without it. */
const tellMs = 2000;

/** `revoke`: revokes the identity key; asks first, unless --yes. */
export async function revoke(call: Invocation): Promise<void> {
  if (!call.flags.yes && !(await isSure(call))) return say(call, 'Nothing was changed.');
  await withHome(call, 'none', async ({ calls, local }) => {
    const { told } = await calls.revoke();
    const names = told.map((name) => printableLine(name)).join(', ');
    say(
      call,
      told.length > 0 ? `These contacts are told automatically: ${names}.` : 'You have no contacts to tell.',
    );
    say(call, 'You can no longer send with this key. Make a new home, and send your contacts new links.');
    if (local) await Promise.race([local.idle(), after(tellMs)]);
  });
}

async function isSure(call: Invocation): Promise<boolean> {
  const about =
    'You give up your key, which cannot be undone. Every contact is told not to trust it, and you can no longer send with it.';
  const sure = await askYes(call, about, 'Revoke it?');
  if (sure === null)
    throw new ChatError('usage', 'revoke asks first, which needs a terminal; without one, give --yes');
  return sure;
}
