import { after } from './shapes.ts';
import { askYes } from './ask-yes.ts';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { print, say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** How long the news may take to reach contacts before the command ends without it. */
const tellMs = 2000;

/** The effect of a new key, shown before it is made. */
export const aboutRotate =
  'You get a new identity key. Contacts are told automatically; verify safety numbers again when you can.';

/** `rotate`: a new identity key; asks first, unless --yes. Prints the new fingerprint. */
export async function rotate(call: Invocation): Promise<void> {
  if (!call.flags.yes && !(await isSure(call))) return say(call, 'Nothing was changed.');
  await withHome(call, 'none', async ({ calls, local }) => {
    const { fingerprint, epoch, told } = await calls.rotate();
    print(call, fingerprint);
    const names = told.map((name) => printableLine(name)).join(', ');
    say(
      call,
      `This is key number ${epoch}. ${told.length > 0 ? `These contacts are told automatically: ${names}.` : 'You have no contacts to tell.'}`,
    );
    say(call, 'If you have a backup, make a new one: it has the old key.');
    if (local) await Promise.race([local.idle(), after(tellMs)]);
  });
}

async function isSure(call: Invocation): Promise<boolean> {
  const sure = await askYes(call, aboutRotate, 'Make a new key?');
  if (sure === null)
    throw new ChatError('usage', 'rotate asks first, which needs a terminal; without one, give --yes');
  return sure;
}
