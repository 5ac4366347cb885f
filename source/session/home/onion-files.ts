import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { onionKeyFile, onionPort } from '../../core/onion.ts';
import { printableLine } from '../../core/printable.ts';
import { createFile, ignoreMissing, readBounded } from '../../disk/files.ts';
import { closeOwnFile, guardPath } from '../../keys/guard.ts';
import { homePaths } from '../control/home-paths.ts';

/** The paths of the files of a home's Tor. PROTOCOL.md "Onion service". */
export type OnionFiles = {
  readonly folder: string;
  /** Written by us at each start of Tor. */
  readonly torrc: string;
  /** The user's own lines for torrc. */
  readonly more: string;
  readonly data: string;
  readonly service: string;
  readonly key: string;
  /** Tor's own note of the name that follows from the key. */
  readonly hostname: string;
  readonly cookie: string;
  readonly pid: string;
  readonly log: string;
  /** Locked by the program that starts Tor. */
  readonly starting: string;
  /** The sockets where Tor takes connections out, and orders. */
  readonly socks: string;
  readonly control: string;
};

/** The paths in `home`. */
export function onionFiles(home: string): OnionFiles {
  const folder = homePaths(home).onion;
  const [data, service] = [join(folder, 'data'), join(folder, 'service')];
  return {
    folder,
    torrc: join(folder, 'torrc'),
    more: join(folder, 'torrc.more'),
    data,
    service,
    key: join(service, 'hs_ed25519_secret_key'),
    hostname: join(service, 'hostname'),
    cookie: join(data, 'control_auth_cookie'),
    pid: join(folder, 'tor.pid'),
    log: join(folder, 'tor.log'),
    starting: join(folder, 'start.lock'),
    socks: join(folder, 'socks'),
    control: join(folder, 'control'),
  };
}

/**
 * Makes the folders of a Tor, or refuses them, its key or its cookie when others could have read or changed them. Other files in them, such as an
 * editor's copy of torrc.more, are behind folders that let nobody in. Throws ChatError folder-open, folder-owner.
 */
export async function makeOnionFolders(files: OnionFiles): Promise<void> {
  for (const folder of [files.folder, files.data, files.service]) {
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await guardPath(folder);
  }
  await closeOwnFile(files.more);
  for (const path of [files.more, files.key, files.cookie]) await guardPath(path);
}

/**
 * Gives Tor the key that a seed (32 bytes) makes; returns whether it had another one. Removes the files that Tor derived from another key.
 */
export async function giveOnionKey(files: OnionFiles, seed: Uint8Array): Promise<boolean> {
  const wanted = onionKeyFile(seed);
  const found = await readBounded(files.key, wanted.length).catch(ignoreMissing);
  if (found && Buffer.compare(found, wanted) === 0) return false;
  for (const path of [files.hostname, join(files.service, 'hs_ed25519_public_key'), files.key])
    await rm(path, { force: true });
  await createFile(files.key, wanted);
  return true;
}

/** The place of the onion service whose key is in the folder, as Tor noted it; null when it has none yet. */
export async function notedOnionPlace(home: string): Promise<string | null> {
  const bytes = await readBounded(onionFiles(home).hostname, limits.presenceBytes).catch(() => null);
  const name = /^([a-z2-7]{56}\.onion)\n?$/u.exec(bytes?.toString('latin1') ?? '')?.[1];
  return name === undefined ? null : `${name}:${onionPort}`;
}

/** The user's own lines for torrc; none when there is no such file. Throws ChatError tor-failed. */
export async function readMoreLines(files: OnionFiles): Promise<string> {
  const bytes = await readBounded(files.more, limits.torrcMoreBytes).catch((error: unknown) => {
    ignoreMissing(error);
    return Buffer.alloc(0);
  });
  if (bytes) return bytes.toString('utf8');
  throw new ChatError('tor-failed', `${printableLine(files.more)} is not a file, or too long`);
}
