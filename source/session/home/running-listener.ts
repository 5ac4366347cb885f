import { realpath } from 'node:fs/promises';
import { ChatError } from '../../core/errors.ts';
import { readPresence, removePresence, type Presence } from '../../inbox/presence.ts';
import { endProcess, hasWords } from './own-process.ts';

/** The listener that runs on an inbox now, no matter who started it; null when there is none. */
export async function runningListener(inbox: string): Promise<Presence | null> {
  const presence = await readPresence(inbox);
  return presence && (await isListener(presence.pid, inbox)) ? presence : null;
}

/**
 * Stops the listener that runs on an inbox, by force if necessary; returns whether there was one. Throws ChatError listener-failed when it
 * keeps running.
 */
export async function stopListener(inbox: string): Promise<boolean> {
  const running = await runningListener(inbox);
  if (!running) return false;
  if (!(await endProcess(running.pid, () => isListener(running.pid, inbox))))
    throw new ChatError(
      'listener-failed',
      `the running one, process ${running.pid}, cannot be stopped from here`,
    );
  await removePresence(inbox, running.pid);
  return true;
}

/** Tells whether a process is a listener of this inbox: listener.json may be old, and its process id another program's by now. */
export async function isListener(pid: number, inbox: string): Promise<boolean> {
  const path = await realpath(inbox).catch(() => inbox);
  return hasWords(pid, ['--inbox', path]);
}
