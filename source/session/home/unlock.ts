import { rm } from 'node:fs/promises';
import { ChatError } from '../../core/errors.ts';
import type { Bytes } from '../../core/types.ts';
import { guardFolder } from '../../keys/guard.ts';
import { openVault, vaultHasPassphrase } from '../../keys/vault.ts';
import { guardHome } from './guard-home.ts';
import { homePaths, refuseMissing } from '../control/home-paths.ts';
import { refuseDebuggers } from './refuse-debuggers.ts';

/** The key that a home is opened with. */
export type Key = { readonly databaseKey: Bytes; readonly passphrase: boolean };

/** Returns a passphrase to try, a different one for each call, or null when there are no more. */
export type AskPassphrase = () => Promise<string | null>;

/**
 * Tells whether `home` is locked with a passphrase. Throws ChatError home-missing, database-lost, path-open, folder-open, folder-owner,
 * vault-damaged. Loads neither the database nor the protocol: the messenger asks this before its first paint.
 */
export async function isLocked(home: string): Promise<boolean> {
  refuseDebuggers();
  const { keys } = homePaths(home);
  refuseMissing(home);
  guardHome(home);
  await guardFolder(keys);
  return vaultHasPassphrase(keys);
}

/**
 * Gets the database key of `home`, asking for passphrases until one fits. Throws the errors of isLocked(), and ChatError passphrase-needed
 * when there is none to try, passphrase-wrong when none of them fits.
 */
export async function unlock(home: string, ask: AskPassphrase): Promise<Key> {
  const { keys, beginning } = homePaths(home);
  const locked = await isLocked(home);
  // The set-up was cut off after its last step. A disk that cannot be written can still be read.
  await rm(beginning, { force: true }).catch(() => undefined);
  if (!locked) return { databaseKey: await openVault(keys, null), passphrase: false };
  let failure = new ChatError('passphrase-needed');
  for (;;) {
    const passphrase = await ask();
    if (passphrase === null) throw failure;
    try {
      return { databaseKey: await openVault(keys, passphrase), passphrase: true };
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'passphrase-wrong') throw error;
      failure = error;
    }
  }
}
