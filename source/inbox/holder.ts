import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join, relative } from 'node:path';
import { codeOf } from '../disk/files.ts';
import { checkInbox } from './maildir.ts';

// Whether a client has the home open, for a listener that must not see keys/: while one has, it serves a UNIX socket in inbox/, and says
// nothing on it. The system closes a socket when its process dies, however it dies, so no age of a file and no process id is asked.

/** A socket that is served while a client has the home; `close` ends it. */
export type HeldSocket = { readonly close: () => Promise<void> };

/** Who asks at the same time, at most; a listener and its successor are two. */
const mostAsking = 8;

/**
 * Serves the socket. To be called only by who has the lock of the database: what a client before it left is removed. Where none can be
 * bound, the listener and this client may both post, which does no harm.
 */
export async function serveHolder(inbox: string): Promise<HeldSocket> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    socket.resume();
  });
  server.maxConnections = mostAsking;
  server.unref();
  checkInbox(inbox);
  const path = join(inbox, 'holder');
  await rm(path, { force: true }).catch(() => undefined);
  const isServed = await listens(server, shortest(path));
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      if (isServed) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The socket is born for its owner alone: binding happens within listen(). */
function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    server.on('error', () => resolve(false));
    const umask = process.umask(0o177);
    server.listen(path, () => resolve(true));
    process.umask(umask);
  });
}

/** The name of a socket has 103 bytes at most on some systems; a listener works in its inbox. */
function shortest(path: string): string {
  const near = relative(process.cwd(), path);
  return near.length < path.length ? near : path;
}

/** Looks whether a client has the home open. */
export type HolderWatch = {
  /** Answers whether one has it now. */
  readonly isHeld: () => Promise<boolean>;
  readonly close: () => void;
};

/** Nobody serves the socket, or nobody can. */
const absent: ReadonlySet<string> = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ENOTSOCK',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'EINVAL',
  'EACCES',
  'EPERM',
]);

/** Makes the watch of one listener; `gone` is told when a client that had the home has it no longer. */
export function watchHolder(inbox: string, gone: () => void): HolderWatch {
  const path = shortest(join(inbox, 'holder'));
  let held: Socket | null = null;
  let asking: Promise<boolean> | null = null;
  let isClosed = false;
  const ask = async (): Promise<boolean> => {
    const answer = await connectTo(path);
    if (typeof answer === 'boolean') return answer;
    if (isClosed || answer.destroyed) {
      answer.destroy();
      return !isClosed;
    }
    held = answer;
    answer.once('close', () => {
      held = null;
      gone();
    });
    return true;
  };
  return {
    async isHeld() {
      if (held) return true;
      asking ??= ask().finally(() => (asking = null));
      return asking;
    },
    close() {
      isClosed = true;
      held?.destroy();
    },
  };
}

/** A connection to who has the home; else whether somebody may have it: an error that tells nothing counts as somebody. */
function connectTo(path: string): Promise<Socket | boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('error', (error) => {
      socket.destroy();
      resolve(!absent.has(codeOf(error)));
    });
    socket.once('connect', () => resolve(socket.resume()));
    socket.unref();
  });
}
