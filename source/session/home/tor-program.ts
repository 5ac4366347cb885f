import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { limits } from '../../core/limits.ts';

/** A Tor that is installed. */
type TorProgram = { readonly path: string; readonly version: string };

/** Where Tor may be besides the folders of PATH, because a service manager, or a user without rights, may have an incomplete PATH. */
const otherFolders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/local/bin'];

/** The path of the Tor program of this system; null when none is installed. A relative folder in PATH does not count. */
export async function findTor(path = process.env['PATH'] ?? ''): Promise<string | null> {
  for (const folder of [...path.split(delimiter), ...otherFolders]) {
    const program = join(folder, 'tor');
    if (isAbsolute(folder) && (await isProgram(program))) return program;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The Tor program of this system and its version; null when none is installed, or what has its name is something else. */
export async function torProgram(path?: string): Promise<TorProgram | null> {
  const found = await findTor(path);
  if (found === null) return null;
  try {
    const options = { timeout: limits.torAnswerMs, maxBuffer: limits.torAnswerBytes };
    const { stdout } = await promisify(execFile)(found, ['--version'], options);
    const version = /^Tor version (?<version>[\w.-]+?)\.?(?:\s|$)/u.exec(stdout)?.groups?.['version'];
    return version === undefined ? null : { path: found, version };
  } catch {
    return null;
  }
}

/** The command that installs Tor on this system. */
export function torInstallation(
  platform: NodeJS.Platform = process.platform,
  isThere: (path: string) => boolean = existsSync,
): string {
  if (platform === 'darwin') return 'brew install tor';
  return installers.find(([program]) => isThere(program))?.[1] ?? 'sudo apt install tor';
}

const installers = [
  ['/usr/bin/apt-get', 'sudo apt install tor'],
  ['/usr/bin/dnf', 'sudo dnf install tor'],
  ['/usr/bin/pacman', 'sudo pacman -S tor'],
  ['/usr/bin/zypper', 'sudo zypper install tor'],
  ['/sbin/apk', 'sudo apk add tor'],
] as const;
