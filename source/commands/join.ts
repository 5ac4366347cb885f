import { after } from './after.ts';
import { printableLine } from '../core/printable.ts';
import { print, say, type Invocation } from './invocation.ts';
import { labelOf } from './shapes.ts';
import { withHome } from './with-home.ts';

/** How long the first message of a new contact may be under way before the command ends without it. */
const helloMs = 2000;

/** `join`: adds the maker of the link; prints the contact's name and fingerprint. */
export async function join(call: Invocation): Promise<void> {
  const [link = ''] = call.words;
  const alias = call.flags.as;
  await withHome(call, 'supervise', async ({ calls, local }) => {
    const contact = await calls.join(alias === undefined ? { link } : { link, alias });
    const label = printableLine(labelOf(contact));
    print(call, `${label}  ${contact.fingerprint}`);
    if (local) await Promise.race([local.idle(), after(helloMs)]);
    say(call, `Compare the safety number with ${label} in person or by phone: cryptochat keys shows it.`);
  });
}
