import { randomBytes } from 'node:crypto';
import { lstat, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const socketName = /^\.[\w-]{11}$/;

/** No file, no folder, or a socket: anybody who runs as this user can put that much there, and Node's permissions do not stop them. */
const noFile: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ENXIO', 'EOPNOTSUPP']);

/** A path beside the file `control` for a new socket: nobody can guess it. */
export function newSocketPath(control: string): string {
  return join(dirname(control), `.${randomBytes(8).toString('base64url')}`);
}

/**
 * The path of the socket that the file `control` names; null when it names none. Node's permissions keep the listener from files, but not
 * from UNIX sockets: only a process that may read the folder of keys finds this one, and only one that may write there can put out another.
 */
export async function findSocket(control: string): Promise<string | null> {
  const name = await readFile(control, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (noFile.has(error.code)) return '';
    throw error;
  });
  return socketName.test(name) ? join(dirname(control), name) : null;
}

/** Makes `control` name a socket (0600, whole or not at all). */
export async function publishSocket(control: string, socket: string): Promise<void> {
  const part = `${socket}.part`;
  await writeFile(part, socket.slice(dirname(socket).length + 1), { flag: 'wx', mode: 0o600 });
  await rename(part, control);
}

/** Removes `control` and the sockets that processes which are gone have left beside it. */
export async function removeSockets(control: string): Promise<void> {
  await rm(control, { force: true });
  const folder = dirname(control);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (socketName.test(name) && (await lstat(path)).isSocket()) await rm(path, { force: true });
  }
}
