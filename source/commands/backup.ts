import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { makeBackupKey } from '../session/home/backup-key.ts';
import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { findPassphrases } from './key-file.ts';
import { askTwice } from './passphrase.ts';

const forBackup = {
  about: 'The passphrase locks the backup, which holds your key and all messages. It cannot be recovered.',
  question: 'Passphrase for the backup: ',
  needed: "the backup's passphrase is typed in a terminal; without one, give --passphrase-fd N",
};

/** `backup FILE`: writes everything that you could not make again to a new file; the passphrase never leaves this process. */
export async function backup(call: Invocation): Promise<void> {
  const file = resolve(call.words[0] ?? '');
  if (existsSync(file)) throw new ChatError('file-exists', printableLine(file));
  const passphrases = await findPassphrases(call);
  await withHome(
    call,
    'read',
    async ({ calls }) => {
      const key = await makeBackupKey(passphrases.file ?? (await askTwice(call, forBackup)));
      await calls.backup({ file, ...key });
    },
    passphrases.home,
  );
  say(
    call,
    `${printableLine(file)} is your backup: anyone with this file and its passphrase can read everything and write as you.`,
  );
  say(call, 'It restores cleanly for two weeks or until you rotate your key; then make a new one.');
}
