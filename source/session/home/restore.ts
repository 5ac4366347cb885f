import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { bindingOf } from '../../core/place.ts';
import { isOwnAddress } from '../../core/place.ts';
import { ChatError } from '../../core/errors.ts';
import type { Bytes } from '../../core/types.ts';
import { checkBackup, restoreDatabase, type CheckedBackup } from '../../store/backup.ts';
import { beginHome } from './begin-home.ts';
import { findBackupKey, saltBytes } from './backup-key.ts';
import { defaultConfig, type NewConfig } from './config.ts';
import { examineBackup } from './examine-backup.ts';
import type { Config } from '../work/work.ts';
import { fileFailure } from './key-file.ts';

/** A backup whose every page was checked, and its facts about its home. */
export type OpenedBackup = {
  readonly checked: CheckedBackup;
  readonly name: string;
  /** ms since 1970. */
  readonly madeAt: number;
  readonly config: Config;
};

/**
 * Opens a backup and checks all of it; nothing is changed anywhere. Throws ChatError backup-locked, backup-damaged,
 * backup-newer, file-failed. PROTOCOL.md §12.
 */
export async function openBackup(file: string, passphrase: string): Promise<OpenedBackup> {
  const checked = checkBackup({ file, key: await findBackupKey(passphrase, await readSalt(file)) });
  examineBackup(checked);
  const { notes } = checked;
  return {
    checked,
    name: notes.get('name') ?? '',
    madeAt: Number(notes.get('backed-up-at')),
    config: {
      listen: noteOr(notes.get('listen'), defaultConfig.listen, (text) => bindingOf(text) !== null),
      address: noteOr(notes.get('address'), defaultConfig.address, isOwnAddress),
      keepListening: notes.get('keep-listening') !== 'false',
      lend: notes.get('lend') !== 'false',
      proxy: notes.get('proxy') ?? '',
      onion: notes.get('onion') === 'true',
      mapPort: notes.get('map-port') === 'true',
    },
  };
}

function noteOr(text: string | undefined, otherwise: string, isGood: (text: string) => boolean): string {
  return text !== undefined && isGood(text) ? text : otherwise;
}

async function readSalt(path: string): Promise<Bytes> {
  const salt = new Uint8Array(saltBytes);
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const isFile = (await file.stat()).isFile();
      if (isFile && (await file.read(salt, 0, saltBytes, 0)).bytesRead === saltBytes) return salt;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailure(path, error);
  }
  throw new ChatError('backup-locked');
}

/** Where a backup is restored to; `passphrase` null means none. */
type Restoring = { readonly home: string; readonly passphrase: string | null } & NewConfig;

/**
 * Makes a home out of a backup, with a new database key. chat.db gets its name last: a crash, or a failing disk, leaves no home. Returns
 * the database key. Throws ChatError home-exists, address-bad, backup-damaged, disk-full.
 */
export async function restoreHome(
  { checked }: Pick<OpenedBackup, 'checked'>,
  restoring: Restoring,
): Promise<Bytes> {
  let part: string | undefined;
  try {
    return await beginHome(restoring, (path, key) => {
      part = path;
      return restoreDatabase(checked, path, key);
    });
  } catch (error) {
    for (const end of ['', '-wal']) if (part !== undefined) await rm(`${part}${end}`, { force: true });
    throw error;
  }
}
