import { randomUUID } from 'node:crypto';
import { isPublicIpv4, parseAddress } from '../core/address.ts';
import { isRecord, parseJson } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { readBounded } from '../disk/files.ts';
import { inboxFile, storeFile } from './maildir.ts';

/**
 * The listener's last report about its mapped port: port.json, which stays when the listener ends, because the next one will probably
 * get the same port. PROTOCOL.md "Port mapping".
 */
type MappedPort = {
  /** The public HOST:PORT; empty when there is none. */
  readonly place: string;
  /** How the mapping was made, or why it failed, in words for a person. */
  readonly words: string;
};

/**
 * True for a place from NAT-PMP: anybody in the same network can have named it in place of the router, because no answer carries a
 * secret.
 */
export function isUnproven({ words }: Pick<MappedPort, 'words'>): boolean {
  return words === 'by NAT-PMP';
}

/** Replaces port.json. */
export async function writeMappedPort(inbox: string, mapped: MappedPort): Promise<void> {
  const text = Buffer.from(JSON.stringify({ version: 1, ...mapped }));
  await storeFile(inbox, `port.${randomUUID()}`, inboxFile(inbox, 'port'), text);
}

/** Reads port.json, which the network-facing process writes; null when it is missing or invalid. A place is a public number. */
export async function readMappedPort(inbox: string): Promise<MappedPort | null> {
  const bytes = await readBounded(inboxFile(inbox, 'port'), limits.presenceBytes).catch(() => null);
  const read = parseJson(bytes?.toString('utf8') ?? '');
  if (!isRecord(read)) return null;
  const { place, words } = read;
  const isGood = typeof place === 'string' && (place === '' || isPublic(place));
  return isGood && typeof words === 'string' && words.length <= 200 ? { place, words } : null;
}

function isPublic(place: string): boolean {
  return isPublicIpv4(parseAddress(place)?.host ?? '');
}
