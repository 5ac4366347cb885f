import type { SetUp } from '../core/door.ts';
import { asFailure } from '../core/errors.ts';
import { setUpHome } from '../session/home/set-up.ts';
import type { Key } from '../session/home/unlock.ts';

/** Makes a home and answers its key. Throws ChatError, also when the disk refuses a write. */
export async function makeHome(options: { readonly home: string } & SetUp): Promise<Key> {
  try {
    return { databaseKey: await setUpHome(options), passphrase: options.passphrase !== null };
  } catch (error) {
    throw asFailure(error);
  }
}
