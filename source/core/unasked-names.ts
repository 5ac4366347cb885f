/** Endings that belong to networks other than the DNS, with the reason to show. RFC 6762, 7686, 9476; ICANN for internal. */
const elsewhere: ReadonlyArray<readonly [ending: string, why: string]> = [
  ['onion', 'an .onion address needs Tor'],
  ['i2p', 'an .i2p address needs I2P'],
  ['alt', 'an .alt address is not of the internet'],
];

const localOnly = new Set(['local', 'localdomain', 'internal', 'home.arpa']);

/**
 * The reason why a host (as `parseAddress` reads it) is never looked up; null for a host that may be. A name of one word would be looked up
 * under whatever domain our current network has chosen, and it, like the others, would tell that network whom we write to.
 */
export function whyUnasked(host: string): string | null {
  const labels = host.toLowerCase().split('.');
  const last = labels.at(-1) ?? '';
  const isNumber = host.includes(':') || /^\d/u.test(last);
  if (isNumber || last === 'localhost') return null;
  const found = elsewhere.find(([ending]) => ending === last);
  if (found) return found[1];
  const isLocal = labels.length === 1 || [last, labels.slice(-2).join('.')].some((end) => localOnly.has(end));
  return isLocal ? 'a name that only their network knows: it is not looked up' : null;
}

/** The name to look up instead: every name under localhost is this machine, without asking anybody. RFC 6761 §6.3. */
export function askedHost(host: string): string {
  return host.toLowerCase().endsWith('.localhost') ? 'localhost' : host;
}
