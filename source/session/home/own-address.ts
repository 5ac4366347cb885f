import { once } from 'node:events';
import { createServer } from 'node:net';
import { addressKind, type AddressKind } from '../../core/address.ts';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

const loopback = '127.0.0.1';

/** Interfaces that only lead to this machine's own containers and virtual machines. */
const inward = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|podman|cni|flannel|cali)/u;

/**
 * The addresses others may reach this machine at, those that most can reach first: public IPv4, public IPv6, private IPv4, shared
 * IPv4, private IPv6, link-local, those of container bridges, and loopback last. Without zones and brackets; never empty.
 */
export function ownAddresses(): readonly string[] {
  return rankAddresses(networkInterfaces());
}

/** ownAddresses() of the given interfaces. */
export function rankAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): readonly string[] {
  const ranked = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      .filter(isOutward)
      .map(({ address }) => ({ address, rank: rankOf(address) + (inward.test(name) ? 100 : 0) })),
  );
  const best = ranked.toSorted((one, other) => one.rank - other.rank).map(({ address }) => address);
  return [...new Set([...best, loopback])];
}

/** A link-local IPv6 address needs a zone, which means something else on every machine. */
function isOutward({ internal, family, address }: NetworkInterfaceInfo): boolean {
  return !internal && !(family === 'IPv6' && /^fe[89ab]/iu.test(address));
}

/** Anyone outside of these networks reaches none but the first. */
const ranks: readonly AddressKind[] = ['public', 'private', 'shared', 'link-local', 'loopback', 'nowhere'];

function rankOf(address: string): number {
  const [kind, six] = [addressKind(address), address.includes(':') ? 1 : 0];
  return ranks.indexOf(kind) * 2 + six;
}

/** The first port from `from` to `to` that can be listened on at `host`, or null; another program may take it any time. */
export async function freePort(host: string, from: number, to: number): Promise<number | null> {
  for (let port = from; port <= to; port += 1) {
    if (await canListen(host, port)) return port;
  }
  return null;
}

/** On a machine without IPv6 `::` means `0.0.0.0`, as it does for the listener. */
async function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const noIpv6 = host === '::' && ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(code);
    return noIpv6 && canListen('0.0.0.0', port);
  }
  server.close();
  await once(server, 'close');
  return true;
}
