import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import { makeFolders } from '../session/home/make-folders.ts';

const stdoutFd = 1;
const stderrFd = 2;
/** A log that has grown larger than this is emptied at the next start. */
const mostLogBytes = 1024 * 1024;

const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/**
 * Redirects standard error into the file `log` (0600) while the screen is drawn on the same terminal: panics of native code and warnings of
 * Node cannot be kept out of the drawing in any other way. Does nothing when standard error goes elsewhere already. Returns the function
 * that undoes the redirection; that function also removes an empty log. Must be called while nothing else opens files: the descriptor is
 * freed, and the next file that is opened takes its number.
 */
export function divertErrors(log: string): () => void {
  if (!isOnScreen()) return () => undefined;
  const stream = process.stderr;
  const write = stream.write.bind(stream);
  makeStandardError(() => openLog(log));
  // Node's own stream has a descriptor of its own for a terminal: libuv opens the terminal again.
  stream.write = writeToLog;
  let isDiverted = true;
  const giveBack = (): void => {
    if (!isDiverted) return;
    isDiverted = false;
    process.off('exit', giveBack);
    stream.write = write;
    const logged = fstatSync(stderrFd);
    makeStandardError(() => openSync('/dev/tty', O_WRONLY | O_NOCTTY));
    if (logged.isFile() && logged.size === 0) removeLog(log);
  };
  process.on('exit', giveBack);
  return giveBack;
}

/** True if standard error is the terminal that the screen is drawn on, and can be opened again by its name. */
function isOnScreen(): boolean {
  if (!isatty(stdoutFd) || !isatty(stderrFd)) return false;
  if (fstatSync(stdoutFd).rdev !== fstatSync(stderrFd).rdev) return false;
  try {
    closeSync(openSync('/dev/tty', O_WRONLY | O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}

/** Node has no dup2: the next file that is opened takes the lowest free number, which is the one just closed. */
function makeStandardError(open: () => number): void {
  closeSync(stderrFd);
  try {
    open();
  } catch {
    // Without a standard error, the next file that is opened would take its place.
    openSync('/dev/null', O_WRONLY);
  }
}

function openLog(log: string): number {
  makeFolders(dirname(log));
  const fd = openSync(log, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  const { nlink, size } = fstatSync(fd);
  if (nlink !== 1) {
    closeSync(fd);
    throw new Error('not a file of its own');
  }
  if (size > mostLogBytes) ftruncateSync(fd, 0);
  return fd;
}

function removeLog(log: string): void {
  try {
    rmSync(log);
    // A first run that was given up leaves this folder; any other folder has something in it.
    rmdirSync(dirname(log));
  } catch {
    return;
  }
}

function writeToLog(chunk: string | Uint8Array, ...rest: unknown[]): boolean {
  try {
    writeSync(stderrFd, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  } catch {
    // A full disk must not end the messenger just because of a warning.
  }
  const done = rest.at(-1);
  if (typeof done === 'function') process.nextTick(done);
  return true;
}
