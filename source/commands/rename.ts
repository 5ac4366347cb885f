import { printableLine } from '../core/printable.ts';
import { print, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { labelOf } from './shapes.ts';

/** `rename`: gives a contact an alias, or removes it; prints the contact's current name. */
export async function rename(call: Invocation): Promise<void> {
  const [contact = '', ...words] = call.words;
  const alias = words.length > 0 ? words.join(' ') : null;
  const renamed = await withHome(call, 'none', ({ calls }) => calls.rename({ contact, alias }));
  print(call, printableLine(labelOf(renamed)));
}
