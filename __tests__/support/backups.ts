import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../source/core/bytes.ts';
import { concat } from '../../source/protocol/bytes.ts';
import { backup } from '../../source/session/trust/backup.ts';
import type { Context } from '../../source/session/work/work.ts';
import { restoreHome } from '../../source/session/home/restore.ts';
import { checkBackup } from '../../source/store/backup.ts';
import type { BackupFile } from '../../source/store/backup.ts';
import { randomKey } from './temp-database.ts';
import type { Home } from './two-homes.ts';

/** Where the homes of two-homes.ts are: nowhere, because their envelopes are carried by hand. */
const config = { listen: '127.0.0.1:1', address: '127.0.0.1:1', keepListening: false };

/** Backs the home of an open client up, with a key that no passphrase had to be stretched for. */
export async function backUp(context: Context, file: string): Promise<BackupFile> {
  const [key, salt] = [randomKey(), new Uint8Array(randomBytes(16))];
  await backup(context, { file, key: toBase64url(key), salt: toBase64url(salt) });
  return { file, key: concat(key, salt) };
}

/** Makes a home out of a backup, where none is. */
export async function restoreTo(home: string, made: BackupFile): Promise<Home> {
  const checked = checkBackup(made);
  return { home, key: await restoreHome({ checked }, { home, passphrase: null, ...config }) };
}
