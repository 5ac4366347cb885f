import { asFailure } from '../../core/errors.ts';
import { changePassphrase } from '../../keys/vault.ts';
import { connectControl } from '../control/client.ts';
import { homePaths, type HomePaths } from '../control/home-paths.ts';

/**
 * Locks a home with another passphrase, or with none, whether it is open or not: the database key stays as it is. Null means none. Throws
 * ChatError passphrase-needed, passphrase-wrong, vault-damaged, disk-full, disk-failed; then nothing has changed.
 */
export async function changeHomePassphrase(
  home: string,
  change: { readonly before: string | null; readonly after: string | null },
): Promise<void> {
  const paths = homePaths(home);
  try {
    await changePassphrase(paths.keys, change.before, change.after);
  } catch (error) {
    throw asFailure(error);
  }
  await tellHolder(paths);
}

/** Tells the client that has the home open, which shows on the screen whether it is locked with a passphrase. */
async function tellHolder({ control }: HomePaths): Promise<void> {
  const client = await connectControl(control);
  try {
    await client?.calls.passphraseChanged();
  } catch {
    // The passphrase has changed all the same: a messenger that leaves, or is of an older version, only keeps its mark until it is started again.
  } finally {
    client?.end();
  }
}
