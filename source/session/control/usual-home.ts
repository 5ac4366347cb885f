import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import envPaths from 'env-paths';
import { ChatError } from '../../core/errors.ts';

/**
 * Where a home lies when nobody says where: the data folder that the operating system has for programs. A relative XDG_DATA_HOME does not
 * count (XDG Base Directory Specification); nor does a HOME that is empty or relative, which would give each folder a home of its own.
 * Throws ChatError home-nowhere.
 */
export function usualHome(env: NodeJS.ProcessEnv): string {
  const { data } = envPaths('cryptochat', { suffix: '' });
  if (process.platform === 'darwin' || process.platform === 'win32') {
    if (isAbsolute(data)) return data;
    throw new ChatError('home-nowhere');
  }
  const { XDG_DATA_HOME: xdg = '' } = env;
  return join(isAbsolute(xdg) ? xdg : join(ownFolder(env), '.local', 'share'), 'cryptochat');
}

/** Tells whether XDG_DATA_HOME has a value that does not count. */
export function isXdgIdle({ XDG_DATA_HOME: xdg = '' }: NodeJS.ProcessEnv): boolean {
  return xdg !== '' && !isAbsolute(xdg);
}

/** The folder that HOME names; only where HOME is not set, the one in the system's list of users. */
function ownFolder({ HOME: named }: NodeJS.ProcessEnv): string {
  const found = named ?? listedFolder();
  if (isAbsolute(found)) return found;
  throw new ChatError('home-nowhere');
}

/** Empty for a user who is not in the list, as in many containers. */
function listedFolder(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}
