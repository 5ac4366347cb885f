import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import { readBounded } from '../disk/files.ts';
import { inboxFiles } from './layout.ts';

/** The content of listener.json: a hint, to be checked against the process. `startedAt` in ms since 1970. */
export type Presence = {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  readonly startedAt: number;
  /** The build of the listener, as given at its start; empty for a listener of an old version. */
  readonly build: string;
};

/** Reads listener.json; null when it is missing or invalid. */
export async function readPresence(inbox: string): Promise<Presence | null> {
  const path = join(inbox, inboxFiles.presence);
  const bytes = await readBounded(path, limits.presenceBytes).catch(() => null);
  return bytes && parsePresence(bytes.toString('utf8'));
}

function parsePresence(text: string): Presence | null {
  let found: unknown = null;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof found !== 'object' || found === null) return null;
  const { pid, host, port, startedAt, build = '' } = found as Record<string, unknown>;
  if (typeof host !== 'string' || typeof build !== 'string') return null;
  if (!isCount(pid) || !isPort(port, host) || !isCount(startedAt)) return null;
  return { pid, host, port, startedAt, build };
}

/** Removes listener.json if it belongs to this process id. */
export async function removePresence(inbox: string, pid: number): Promise<void> {
  if ((await readPresence(inbox))?.pid !== pid) return;
  await unlink(join(inbox, inboxFiles.presence)).catch(() => undefined);
}

/** A listener that only collects has no host and port 0. */
function isPort(port: unknown, host: string): port is number {
  return host === '' ? port === 0 : isCount(port);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
