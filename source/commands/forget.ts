import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { askYes } from './ask-yes.ts';
import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** `forget`: deletes a contact with the whole history; asks first, unless --yes. */
export async function forget(call: Invocation): Promise<void> {
  const [contact = ''] = call.words;
  if (!call.flags.yes && !(await isSure(call, contact))) return say(call, 'Nothing was deleted.');
  const { name, erased } = await withHome(call, 'none', ({ calls }) => calls.forget({ contact }));
  say(call, `${printableLine(name)} is forgotten.`);
  if (!erased) say(call, 'The file could not be cleared now; cryptochat clears it at the next start.');
}

async function isSure(call: Invocation, contact: string): Promise<boolean> {
  const sure = await askYes(call, aboutForget(contact), 'Forget them?');
  if (sure === null)
    throw new ChatError('usage', 'forget asks first, which needs a terminal; without one, give --yes');
  return sure;
}

/** The effect of forgetting, shown before anything is deleted. */
export function aboutForget(contact: string): string {
  return `${printableLine(contact)}, their keys and every message with them are deleted from this home. This cannot be undone.`;
}
