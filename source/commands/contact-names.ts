import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { guardHome } from '../session/home/guard-home.ts';
import { print, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { labelOf } from './shapes.ts';

/** `contact-names`, for completions: one name a line; prints nothing, and never asks, when the names are out of reach. */
export async function contactNames(call: Invocation): Promise<void> {
  try {
    guardHome(call.home);
    const contacts = await withHome(call, 'read', ({ calls }) => calls.contacts(), askNothing);
    for (const contact of contacts) print(call, printableLine(labelOf(contact)));
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
  }
}

function askNothing(): Promise<null> {
  return Promise.resolve(null);
}
