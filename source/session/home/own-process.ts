import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** There, a process is a folder of files that no disk holds: they are read at once, and wake no other thread. */
const isLinux = process.platform === 'linux';

/** How often to check an ending process, how long it has to end, and how much of that time is left after a SIGKILL. */
const lookEveryMs = 50;
const endWithinMs = 5000;
const forceMs = 1000;

/**
 * Tells whether a process of this user has these words next to each other in its command line: a file that names it may be old, and its id
 * another's by now, or another user's, who can choose both.
 */
export async function hasWords(pid: number, words: readonly string[]): Promise<boolean> {
  if (!(await isOwn(pid))) return false;
  const wanted = words.join('\0');
  // ps does not tell a blank in a word from one between two.
  return (await commandLine(pid)).includes(`\0${isLinux ? wanted : wanted.replaceAll(' ', '\0')}\0`);
}

/** Ends a process, by force if it must be; `isIt` tells whether it still runs. Returns whether it is gone: a jail may forbid signals. */
export async function endProcess(pid: number, isIt: () => Promise<boolean>): Promise<boolean> {
  if (!signal(pid, 'SIGTERM')) return !(await isIt());
  for (let waited = 0; waited < endWithinMs && (await isIt()); waited += lookEveryMs) {
    if (waited === endWithinMs - forceMs) signal(pid, 'SIGKILL');
    await pause(lookEveryMs);
  }
  return !(await isIt());
}

async function isOwn(pid: number): Promise<boolean> {
  const self = process.getuid?.();
  return self === undefined || (await ownerOf(pid)) === self;
}

/** The user of a process; null when there is no such process. The owner of /proc/PID is root where a program keeps others from reading it, as Tor does. */
async function ownerOf(pid: number): Promise<number | null> {
  try {
    const said = isLinux
      ? /^Uid:\s+(?<uid>\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.groups?.['uid']
      : (await promisify(execFile)('ps', ['-o', 'uid=', '-p', String(pid)])).stdout.trim();
    return said ? Number(said) : null;
  } catch {
    return null;
  }
}

/** The command line of a process with a NUL around each word; empty when there is no such process. */
async function commandLine(pid: number): Promise<string> {
  try {
    if (isLinux) return `\0${readFileSync(`/proc/${pid}/cmdline`, 'utf8')}`;
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    return `\0${stdout.trim().replaceAll(' ', '\0')}\0`;
  } catch {
    return '';
  }
}

/** False if the signal could not be sent: the process ended on its own, or signals are forbidden. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
