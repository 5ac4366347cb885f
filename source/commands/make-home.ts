import type { SetUp } from '../core/door.ts';
import { asFailure } from '../core/errors.ts';
import { setUpHome } from '../session/home/set-up.ts';
import type { Key } from '../session/home/unlock.ts';

/** Makes a home and answers what opens it. Throws ChatError, also for what the disk refuses. */
export async function makeHome(options: { readonly home: string } & SetUp): Promise<Key> {
  try {
    return { databaseKey: await setUpHome(options), passphrase: options.passphrase !== null };
  } catch (error) {
    throw asFailure(error);
  }
}
