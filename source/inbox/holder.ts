import { execFile } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aroundStops } from '../core/stops.ts';
import { clearAway } from '../disk/clear-away.ts';
import { codeOf } from '../disk/files.ts';
import { checkInbox } from './maildir.ts';

// Tells a listener, which must not see keys/, whether a client has the home open: that client keeps a pipe in inbox/ open for reading,
// and reads nothing. The system closes it however the process dies, so no file age and no process id has to be checked. A UNIX socket
// would do the same, but a jail may forbid those: docs/cryptochat-listener@.service.

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** The hold on a home; `close` ends it. */
export type HomeHold = { readonly close: () => Promise<void> };

/**
 * Shows that this process has the home open, except while it is stopped (Ctrl+Z): then the listener posts what waits. Call it only with the
 * lock of the database held: it removes what an earlier client left. Never throws: where no pipe can be made, the listener and this client
 * may both post, which does no harm.
 */
export async function holdHome(inbox: string): Promise<HomeHold> {
  const path = join(inbox, 'holder');
  let fd: number | null = null;
  const leave = (): void => {
    if (fd !== null) closeSync(fd);
    fd = null;
  };
  const hold = async (): Promise<void> => {
    leave();
    fd = await openPipe(inbox, path).catch(() => null);
  };
  let holding = hold();
  await holding;
  const noLonger = aroundStops({
    before: leave,
    after: () => void (holding = holding.then(hold)),
  });
  return {
    async close() {
      noLonger();
      await holding;
      if (fd === null) return;
      // In this order: a reader that finds no pipe assumes that no client has the home.
      await removePipe(inbox, path).catch(() => undefined);
      leave();
    },
  };
}

/** Removes a pipe of this inbox, and anything else at its path. */
export async function removePipe(inbox: string, path: string): Promise<void> {
  checkInbox(inbox);
  await clearAway(path);
}

/** Makes a new private pipe (0600) and opens it for reading, which does not wait for a writer; null when something else is at its path. */
export async function openPipe(inbox: string, path: string): Promise<number | null> {
  await removePipe(inbox, path);
  // Node has no call for it; POSIX has the program.
  await promisify(execFile)('mkfifo', ['-m', '600', path]);
  // Node closes it in every child process.
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  return null;
}

/** No pipe, one that no process has open for reading, or something else at its path. */
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
    // An error that tells nothing, such as running out of file handles, counts as held.
    return !absent.has(codeOf(error));
  }
}
