import { execFile } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clearAway } from '../disk/clear-away.ts';
import { codeOf } from '../disk/files.ts';
import { checkInbox } from './maildir.ts';

// Whether a client has the home open, for a listener that must not see keys/: while one has, it has a pipe in inbox/ open for reading, and
// reads nothing. The system closes it when the process dies, however it dies, so no age of a file and no process id is asked. A UNIX socket
// would do the same, but a jail may forbid those: docs/cryptochat-listener@.service.

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** The hold on a home; `close` ends it. */
export type HomeHold = { readonly close: () => Promise<void> };

/**
 * Shows that this process has the home open. To be called only by who has the lock of the database: what a client before it left is
 * removed. Never throws: where no pipe can be made, the listener and this client may both post, which does no harm.
 */
export async function holdHome(inbox: string): Promise<HomeHold> {
  const path = join(inbox, 'holder');
  const fd = await openPipe(inbox, path).catch(() => null);
  return {
    async close() {
      if (fd === null) return;
      // In this order: whoever finds no pipe takes it for nobody's.
      await removePipe(inbox, path).catch(() => undefined);
      closeSync(fd);
    },
  };
}

async function removePipe(inbox: string, path: string): Promise<void> {
  checkInbox(inbox);
  await clearAway(path);
}

/** Makes the pipe anew, private (0600), and opens it: for reading, that waits for no writer. */
async function openPipe(inbox: string, path: string): Promise<number | null> {
  await removePipe(inbox, path);
  // Node has no call for it; the program is one of POSIX.
  await promisify(execFile)('mkfifo', ['-m', '600', path]);
  // Node closes it in every program that is started from here.
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  return null;
}

/** There is no pipe, nobody has it open for reading, or it is something else. */
const absent: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENXIO',
  'ENOTDIR',
  'EISDIR',
  'ELOOP',
  'EACCES',
  'EPERM',
]);

/** True if some process has the home open: the pipe opens for writing only while another has it open for reading. */
export async function isHeld(inbox: string): Promise<boolean> {
  try {
    const pipe = await open(join(inbox, 'holder'), O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      return (await pipe.stat()).isFIFO();
    } finally {
      await pipe.close();
    }
  } catch (error) {
    // An error that tells nothing, as that of a machine without file handles, counts as somebody.
    return !absent.has(codeOf(error));
  }
}
