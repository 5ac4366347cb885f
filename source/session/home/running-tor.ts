import { realpath, rm } from 'node:fs/promises';
import { readBounded } from '../../disk/files.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { onionFiles, type OnionFiles } from './onion-files.ts';
import { endProcess, hasWords } from './own-process.ts';

/** The process id of the Tor that runs for a home now, no matter who started it; null when there is none. */
export async function runningTor(home: string): Promise<number | null> {
  const files = onionFiles(home);
  const text = await readBounded(files.pid, limits.presenceBytes).catch(() => null);
  const pid = Number(/^([1-9]\d{0,9})\s*$/u.exec(text?.toString('latin1') ?? '')?.[1]);
  return Number.isSafeInteger(pid) && (await isTor(pid, files)) ? pid : null;
}

/**
 * Stops the Tor that runs for a home, by force if necessary; returns whether there was one. Throws ChatError tor-failed when it keeps
 * running.
 */
export async function stopTor(home: string): Promise<boolean> {
  const pid = await runningTor(home);
  if (pid === null) return false;
  const files = onionFiles(home);
  // The files in its folder still belong to it.
  if (!(await endProcess(pid, () => isTor(pid, files))))
    throw new ChatError('tor-failed', `the running one, process ${pid}, cannot be stopped from here`);
  // After a SIGKILL Tor has left it.
  await rm(files.pid, { force: true });
  return true;
}

/** Tells whether a process is the Tor of these files: tor.pid may be old, and its process id another program's by now. */
export async function isTor(pid: number, { torrc }: OnionFiles): Promise<boolean> {
  return hasWords(pid, ['-f', await realpath(torrc).catch(() => torrc)]);
}
