import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readPresence, removePresence, type Presence } from '../../inbox/presence.ts';

/** How often an ending process is looked at, how long it has to end, and what part of that after a SIGKILL. */
const lookEveryMs = 50;
const endWithinMs = 5000;
const forceMs = 1000;

/** The listener that runs on an inbox now, no matter who started it; null when there is none. */
export async function runningListener(inbox: string): Promise<Presence | null> {
  const presence = await readPresence(inbox);
  return presence && (await isListener(presence.pid, inbox)) ? presence : null;
}

/** Ends the listener that runs on an inbox, by force if it must be; answers whether there was one. */
export async function stopListener(inbox: string): Promise<boolean> {
  const running = await runningListener(inbox);
  if (!running) return false;
  signal(running.pid, 'SIGTERM');
  for (
    let waited = 0;
    waited < endWithinMs && (await isListener(running.pid, inbox));
    waited += lookEveryMs
  ) {
    if (waited === endWithinMs - forceMs) signal(running.pid, 'SIGKILL');
    await pause(lookEveryMs);
  }
  await removePresence(inbox, running.pid);
  return true;
}

/** Tells whether a process is a listener of this inbox: listener.json may be old, and its process id another program's by now. */
export async function isListener(pid: number, inbox: string): Promise<boolean> {
  const words = await commandLine(pid);
  const path = await realpath(inbox).catch(() => inbox);
  return words.includes(`\0--inbox\0${path}\0`);
}

/** The command line of a process with a NUL around each word; empty when there is no such process. */
async function commandLine(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return `\0${await readFile(`/proc/${pid}/cmdline`, 'utf8')}`;
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
