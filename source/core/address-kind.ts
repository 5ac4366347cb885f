import { BlockList, isIP } from 'node:net';
import { whyUnasked } from './unasked-names.ts';

/** The group of people who can reach a host, judged by its name or number alone. */
export type AddressKind =
  'public' | 'private' | 'shared' | 'link-local' | 'loopback' | 'nowhere' | 'onion' | 'local-name' | 'name';

/** Ranges with their source: RFC 1122, 1918, 3927, 4193, 4291, 5771, 6598; every other address is public. */
const ranges = [
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['nowhere', ['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'ff00::/8']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
  ['shared', ['100.64.0.0/10']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
] as const;

const lists = ranges.map(([kind, subnets]) => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits] = subnet.split('/');
    list.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return [kind, list] as const;
});

/** Answers the kind of a host (a name, an IPv4 or an IPv6 address without brackets). Nothing is looked up. */
export function addressKind(host: string): AddressKind {
  const family = isIP(host);
  if (family === 0) return nameKind(host.toLowerCase());
  const found = lists.find(([, list]) => list.check(host, family === 6 ? 'ipv6' : 'ipv4'));
  return found?.[0] ?? 'public';
}

function nameKind(name: string): AddressKind {
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
  if (name.endsWith('.onion')) return 'onion';
  return whyUnasked(name) === null ? 'name' : 'local-name';
}
