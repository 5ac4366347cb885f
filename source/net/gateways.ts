import { readFile } from 'node:fs/promises';
import { addressKind } from '../core/address.ts';
import { interfacesHere } from './interfaces.ts';

/** The file in which Linux lists its routes; a listener that maps ports may read it. */
export const routesFile = '/proc/net/route';

/** More than any machine has. */
const mostGateways = 4;

/**
 * The IPv4 addresses of the routers of this machine: from its default routes, or where the system does not list them, the first address
 * of each private network.
 */
export async function findGateways(): Promise<readonly string[]> {
  const text = await readFile(routesFile, 'latin1').catch(() => null);
  const found = text === null ? firstAddresses() : defaultGateways(text);
  return [...new Set(found)].slice(0, mostGateways);
}

/** The routers in the text of /proc/net/route: bytes in hex, the last one first. */
export function defaultGateways(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, to, by = ''] = line.split('\t');
    const bytes = /^[0-9A-F]{8}$/u.test(by) ? [...Buffer.from(by, 'hex')].toReversed().join('.') : '';
    return to === '00000000' && bytes !== '' && bytes !== '0.0.0.0' ? [bytes] : [];
  });
}

function firstAddresses(): readonly string[] {
  return interfacesHere()
    .filter(
      ({ internal, family, address }) => !internal && family === 'IPv4' && addressKind(address) === 'private',
    )
    .map(({ address, netmask }) => {
      const mask = netmask.split('.').map(Number);
      return address
        .split('.')
        .map((byte, at) => (Number(byte) & (mask[at] ?? 255)) | (at === 3 ? 1 : 0))
        .join('.');
    });
}
