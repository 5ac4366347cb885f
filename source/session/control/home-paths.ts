import envPaths from 'env-paths';
import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { homedir } from 'node:os';

/** sockaddr_un holds 104 bytes on macOS and the BSDs, with the zero at the end; Linux has four more. */
const socketPathBytes = 104;
/** A dot and eleven letters: the name that newSocketPath() gives. */
const socketNameBytes = 12;

/** The paths of everything in a home; absolute. PROTOCOL.md §9. */
export type HomePaths = {
  readonly home: string;
  readonly config: string;
  readonly keys: string;
  readonly database: string;
  readonly vault: string;
  /** Exists while a home is being made, locked by the process that makes it; it stays behind when that process is killed. */
  readonly beginning: string;
  readonly publicKey: string;
  readonly control: string;
  readonly errors: string;
  /** Drafts that are open in an editor. */
  readonly editing: string;
  readonly inbox: string;
  /** The files of this home's Tor. */
  readonly onion: string;
};

/**
 * The home a command works on, as an absolute path: `flag` (--home), else CRYPTOCHAT_HOME, else the data folder that
 * the operating system has for programs. An empty string counts as absent. Throws ChatError home-nowhere.
 */
export function resolveHome(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return resolve(flag || env['CRYPTOCHAT_HOME'] || usualHome(env));
}

/** The paths in `home`. Throws ChatError path-long when no socket could be bound there. */
export function homePaths(home: string): HomePaths {
  const keys = join(home, 'keys');
  if (Buffer.byteLength(keys) + 1 + socketNameBytes >= socketPathBytes)
    throw new ChatError('path-long', keys);
  return {
    home,
    config: join(home, 'config.toml'),
    keys,
    database: join(keys, 'chat.db'),
    vault: join(keys, 'vault.json'),
    beginning: join(keys, 'set-up.lock'),
    publicKey: join(keys, 'identity.public.pem'),
    control: join(keys, 'control'),
    errors: join(keys, 'errors.log'),
    editing: join(keys, 'editing'),
    inbox: join(home, 'inbox'),
    onion: join(home, 'onion'),
  };
}

/** Throws ChatError home-missing, or database-lost, when no home can be opened there. */
export function refuseMissing(home: string): void {
  if (isDatabaseLost(home)) throw new ChatError('database-lost', printableLine(homePaths(home).keys));
  if (!homeExists(home)) throw new ChatError('home-missing', printableLine(home));
}

/** Throws ChatError home-exists, or database-lost, when no home may be made there. */
export function refuseToMake(home: string): void {
  if (isDatabaseLost(home)) throw new ChatError('database-lost', printableLine(homePaths(home).keys));
  if (homeExists(home)) throw new ChatError('home-exists', printableLine(home));
}

/** Tells whether the history of a home is gone while its key is still there; a new home must not be made over that. */
function isDatabaseLost(home: string): boolean {
  const { database, vault, beginning } = homePaths(home);
  // In this order: a process that makes a home has the lock file before the vault, and the database before the lock file goes.
  const isLeft = existsSync(vault) || existsSync(`${database}-wal`);
  return isLeft && !existsSync(beginning) && !existsSync(database);
}

/** Tells whether a home was set up there: the database gets its name as the last step of a set-up. */
export function homeExists(home: string): boolean {
  return existsSync(homePaths(home).database);
}

/**
 * The default place of a home: the data folder that the operating system has for programs. A relative XDG_DATA_HOME does not
 * count (XDG Base Directory Specification); nor does a HOME that is empty or relative, which would give each folder a home of its own.
 * Throws ChatError home-nowhere.
 */
function usualHome(env: NodeJS.ProcessEnv): string {
  const { data } = envPaths('cryptochat', { suffix: '' });
  if (process.platform === 'darwin' || process.platform === 'win32') {
    if (isAbsolute(data)) return data;
    throw new ChatError('home-nowhere');
  }
  const { XDG_DATA_HOME: xdg = '' } = env;
  return join(isAbsolute(xdg) ? xdg : join(ownFolder(env), '.local', 'share'), 'cryptochat');
}

/**
 * The folder of theme files: `themes` in the folder that the operating system has for the configuration of programs. Null where there is no
 * such folder, as for a user without a HOME.
 */
export function themesFolder(env: NodeJS.ProcessEnv): string | null {
  const { config } = envPaths('cryptochat', { suffix: '' });
  if (process.platform === 'darwin' || process.platform === 'win32')
    return isAbsolute(config) ? join(config, 'themes') : null;
  const { XDG_CONFIG_HOME: xdg = '', HOME: named = listedFolder() } = env;
  const folder = isAbsolute(xdg) ? xdg : join(named, '.config');
  return isAbsolute(folder) ? join(folder, 'cryptochat', 'themes') : null;
}

/** Tells whether XDG_DATA_HOME has a value that is ignored. */
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
