import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { codeOf } from '../disk/files.ts';
import { openPipe, removePipe } from './holder.ts';

// One program of a home looks for moves to another network, not two: a client that does so has this pipe open for writing, and writes into
// it when this machine has moved. The system closes it however the client dies, which the listener hears at once. PROTOCOL.md §9.

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** The client's end. */
export type MovesTold = {
  /** Tells the listener that this machine has moved or slept. */
  readonly moved: () => void;
  /** Tells no more, at once: to the listener it is as if this client had died. */
  readonly leave: () => void;
  readonly close: () => Promise<void>;
};

/** Tells the listener of moves from now on, so that it need not look for them. Never throws: without a pipe the listener looks itself. */
export async function tellMoves(inbox: string): Promise<MovesTold> {
  const path = join(inbox, 'moves');
  let ends = await openEnds(inbox, path).catch(() => null);
  const leave = (): void => {
    for (const fd of ends ? [ends.into, ends.from] : []) closeSync(fd);
    ends = null;
  };
  return {
    moved() {
      try {
        if (ends) writeSync(ends.into, '\n');
      } catch {
        // Nobody has read what is in it.
      }
    },
    leave,
    async close() {
      if (!ends) return;
      await removePipe(inbox, path).catch(() => undefined);
      leave();
    },
  };
}

/** A pipe that nobody has open for reading cannot be opened for writing. */
async function openEnds(inbox: string, path: string): Promise<{ into: number; from: number } | null> {
  const from = await openPipe(inbox, path);
  if (from === null) return null;
  try {
    const into = openSync(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
    if (fstatSync(into).ino === fstatSync(from).ino) return { into, from };
    closeSync(into);
  } catch {
    // It has gone, or something else is there.
  }
  closeSync(from);
  return null;
}

/** The listener's end. */
export type MovesHeard = {
  /** True while a client looks for moves, as far as this is known. */
  readonly isTold: () => boolean;
  /** Looks for such a client. */
  readonly look: () => void;
  readonly close: () => void;
};

/** Calls `moved` when a client tells of a move, and `ended` when no client looks any more. `look` finds a client that begins. */
export function hearMoves(
  inbox: string,
  { moved, ended }: { readonly moved: () => void; readonly ended: () => void },
): MovesHeard {
  let pipe: Socket | null = null;
  let isOver = false;
  return {
    isTold: () => pipe !== null,
    look() {
      const fd = pipe ? null : openForReading(join(inbox, 'moves'));
      if (fd === null) return;
      pipe = new Socket({ fd, readable: true, writable: false });
      pipe.unref();
      pipe.on('data', moved);
      pipe.on('error', () => undefined);
      pipe.on('close', () => {
        pipe = null;
        if (!isOver) ended();
      });
    },
    close() {
      isOver = true;
      pipe?.destroy();
    },
  };
}

/** As much as a pipe holds on Linux, in bytes. */
const mostEarlier = 64 * 1024;

/** Opens the pipe and skips earlier bytes; null if no client has it open, or it never empties. */
function openForReading(path: string): number | null {
  let fd: number | null = null;
  try {
    fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    if (!fstatSync(fd).isFIFO()) throw new Error('not a pipe');
    const earlier = Buffer.alloc(mostEarlier);
    if (readSync(fd, earlier) > 0) readSync(fd, earlier);
  } catch (error) {
    // It is empty, and open for writing elsewhere.
    if (fd !== null && codeOf(error) === 'EAGAIN') return fd;
  }
  if (fd !== null) closeSync(fd);
  return null;
}
