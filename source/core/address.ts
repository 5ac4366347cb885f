import { limits } from './limits.ts';
import { BlockList, isIP } from 'node:net';

/** The place that reaches a listener: a name, an IPv4 or an IPv6 address (without its brackets), and a TCP port. */
export type Address = { readonly host: string; readonly port: number };

const label = /^[A-Za-z\d_](?:[A-Za-z\d_-]{0,61}[A-Za-z\d_])?$/u;
const byte = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/u;
const portDigits = /^[1-9]\d{0,4}$/u;

/**
 * Reads HOST:PORT as PROTOCOL.md "Invite link" defines it: a name, an IPv4 address, or an IPv6 address in brackets; port 1 to 65535
 * without leading zeros; at most 128 bytes. Null for anything else, including a host that is almost an IPv4 address (127.1, 0x7f.1):
 * resolvers disagree on where those lead. The host keeps its spelling.
 */
export function parseAddress(text: string): Address | null {
  if (text.length > limits.addressBytes) return null;
  const colon = text.lastIndexOf(':');
  const digits = text.slice(colon + 1);
  if (colon < 1 || !portDigits.test(digits) || Number(digits) > 65_535) return null;
  const host = readHost(text.slice(0, colon));
  return host === null ? null : { host, port: Number(digits) };
}

/** Writes HOST:PORT, an IPv6 host in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function readHost(text: string): string | null {
  if (text.startsWith('[') && text.endsWith(']')) {
    const inner = text.slice(1, -1);
    return isIpv6(inner) ? inner : null;
  }
  return isIpv4(text) || isName(text) ? text : null;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => byte.test(part));
}

/** RFC 1123, and `_`; a last label that begins with a digit is not a name, because some programs would take it for an IPv4 address. */
function isName(text: string): boolean {
  const labels = text.split('.');
  return labels.every((part) => label.test(part)) && !/^\d/u.test(labels.at(-1) ?? '');
}

/** RFC 4291 §2.2, without a zone, whose meaning differs between machines. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const embedded = last.includes('.');
  if (embedded && (!isIpv4(last) || text.endsWith('::'))) return false;
  const hex = embedded ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[\dA-Fa-f]{1,4}$/u.test(group))) return false;
  const count = hex.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** The 4 or 16 bytes of an IPv4 or an IPv6 address as `parseAddress` reads it. RFC 4291 §2.2. */
export function ipBytes(host: string): readonly number[] {
  if (!host.includes(':')) return host.split('.').map(Number);
  const [before = [], after = []] = host.split('::').map((half) => half.split(':').flatMap(groupBytes));
  return [...before, ...Array.from({ length: 16 - before.length - after.length }, () => 0), ...after];
}

function groupBytes(group: string): readonly number[] {
  if (group === '') return [];
  if (group.includes('.')) return ipBytes(group);
  const number = Number.parseInt(group, 16);
  return [number >> 8, number & 255];
}

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

/**
 * Special-purpose ranges that are routed to nobody: RFC 6890 (with DS-Lite), 5737, 7526, 2544. Only a router is not believed when it
 * names one: tests and manuals use some as public addresses.
 */
const reserved = new BlockList();
for (const [network, bits] of [
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
] as const)
  reserved.addSubnet(network, bits, 'ipv4');

/** True for a public IPv4 address, one that a router may name as its own. */
export function isPublicIpv4(host: string): boolean {
  return isIP(host) === 4 && addressKind(host) === 'public' && !reserved.check(host, 'ipv4');
}

/** Returns the kind of a host (a name, an IPv4 or an IPv6 address without brackets), without a lookup. */
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

/** Endings that belong to networks other than the DNS, with the reason to show. RFC 2606, 6762, 7686, 9476; ICANN for internal. */
const elsewhere: ReadonlyArray<readonly [ending: string, why: string]> = [
  ['onion', 'an .onion address needs Tor (the setting onion)'],
  ['i2p', 'an .i2p address needs I2P'],
  ['alt', 'an .alt address is not on the internet'],
  ['invalid', 'this contact can only be reached by hand'],
];

const localOnly = new Set(['local', 'localdomain', 'internal', 'home.arpa']);

/**
 * The reason why a host (as `parseAddress` reads it) is never asked for; null for a host that may be. A name of one word would be looked
 * up under a domain that our current network chooses, and like the others it would tell that network whom we write to. With a proxy an
 * onion service is asked for, too: the proxy resolves the name.
 */
export function whyUnasked(host: string, hasProxy = false): string | null {
  const labels = host.toLowerCase().split('.');
  const last = labels.at(-1) ?? '';
  const isNumber = host.includes(':') || /^\d/u.test(last);
  if (isNumber || last === 'localhost') return null;
  if (last === 'onion' && hasProxy) return null;
  const found = elsewhere.find(([ending]) => ending === last);
  if (found) return found[1];
  return isLocal(labels) ? 'only their network knows this name, so it is not looked up' : null;
}

function isLocal(labels: readonly string[]): boolean {
  return labels.length === 1 || [-1, -2].some((from) => localOnly.has(labels.slice(from).join('.')));
}

/** The name to look up instead: every name under localhost is this machine, without a lookup. RFC 6761 §6.3. */
export function askedHost(host: string): string {
  return host.toLowerCase().endsWith('.localhost') ? 'localhost' : host;
}

/** The people who can use an address, for each kind that keeps anybody out: for a link, and for `doctor`. */
export const whoIsLetIn: Readonly<Partial<Record<AddressKind, string>>> = {
  private: 'a private address: only people in your network, or in a VPN that you share, can reach you',
  shared: 'an address of a VPN or a provider: only people in that network can reach you',
  'link-local': 'a link-local address: only machines on the same cable or Wi-Fi can reach you',
  loopback: 'this machine itself: only people on this machine can reach you',
  'local-name': 'a name that only your network knows: nobody else can use it',
  onion: 'an onion service: only people with Tor can reach you',
  nowhere: 'not an address that anyone can connect to',
};

/** The remedy for a home that others cannot reach: one sentence beside a link, and the whole advice for `doctor`. */
export const whatHelps = {
  short: 'To be reached by others: get a mailbox (cryptochat box LINK), or join with their link.',
  whole:
    'to be reached by others: use a mailbox that someone lends you (cryptochat box LINK); join with the link of someone who can be reached, which brings a small mailbox; let your router forward a port (map_port); run an onion service (onion = true); or carry messages by hand (cryptochat pack)',
} as const;

/** Says in a sentence beside a link who cannot use an address (HOST:PORT); null when everybody can try it. Makes no lookup. */
export function whoReaches(address: string): string | null {
  const parsed = parseAddress(address);
  if (!parsed) return 'Your links carry no address: nobody can use them to write to you.';
  const said = whoIsLetIn[addressKind(parsed.host)];
  return said === undefined ? null : `${parsed.host} is ${said}.`;
}
