import { asFailure, ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { parseKeyFile } from '../../keys/key-file.ts';
import { checkPkcs8 } from '../../keys/pkcs8.ts';
import { createFile } from '../../disk/files.ts';

/** Refuses a key file that no passphrase can open. Throws ChatError key-file-bad, key-file-open, key-file-weak. */
export function checkKeyFile(pem: string): void {
  checkPkcs8(parseKeyFile(pem).sealed);
}

/** Writes a new file for this user alone, whole or not at all. Throws ChatError file-exists, file-failed, disk-full. */
export async function saveNewFile(path: string, content: string | Uint8Array): Promise<void> {
  const isNew = await createFile(path, content).catch((error: unknown) => {
    throw fileFailure(path, error);
  });
  if (!isNew) throw new ChatError('file-exists', printableLine(path));
}

/** The failure for a system error about a file that a person named. */
export function fileFailure(path: string, error: unknown): unknown {
  const failure = asFailure(error);
  if (!(failure instanceof ChatError) || failure.code !== 'disk-failed') return failure;
  const { code } = error as NodeJS.ErrnoException;
  return new ChatError('file-failed', printableLine(`${path} cannot be read or written: ${code}`));
}
