import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const isLinux = process.platform === 'linux';

/** How often an ending process is looked at, how long it has to end, and what part of that after a SIGKILL. */
const lookEveryMs = 50;
const endWithinMs = 5000;
const forceMs = 1000;

/** Tells whether a process has these words next to each other in its command line: a file that names it may be old, and its id another's by now. */
export async function hasWords(pid: number, words: readonly string[]): Promise<boolean> {
  const wanted = words.join('\0');
  // ps does not tell a blank in a word from one between two.
  return (await commandLine(pid)).includes(`\0${isLinux ? wanted : wanted.replaceAll(' ', '\0')}\0`);
}

/** Ends a process, by force if it must be; `isIt` tells whether it still runs. */
export async function endProcess(pid: number, isIt: () => Promise<boolean>): Promise<void> {
  signal(pid, 'SIGTERM');
  for (let waited = 0; waited < endWithinMs && (await isIt()); waited += lookEveryMs) {
    if (waited === endWithinMs - forceMs) signal(pid, 'SIGKILL');
    await pause(lookEveryMs);
  }
}

/** The command line of a process with a NUL around each word; empty when there is no such process. */
async function commandLine(pid: number): Promise<string> {
  try {
    if (isLinux) return `\0${await readFile(`/proc/${pid}/cmdline`, 'utf8')}`;
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    return `\0${stdout.trim().replaceAll(' ', '\0')}\0`;
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended on its own in the meantime.
  }
}
