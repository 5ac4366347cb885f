import { formatAddress, parseAddress, type Address } from './address.ts';
import { limits } from './limits.ts';

/** A proxy with its name and password; null for none. With a `socket` it is the Tor of this home, at that path, and has no address. */
export type ProxyServer = {
  readonly kind: 'socks5' | 'http';
  readonly address: Address;
  readonly login: Login | null;
  readonly socket?: string;
};

/** A name and a password: 1 to 255 bytes of UTF-8 each, without control characters; no `:` in the name for an HTTP proxy. */
export type Login = { readonly user: string; readonly password: string };

const form = /^(?<kind>socks5|http):\/\/(?:(?<user>[!-9;-~]+):(?<password>[!-~]+)@)?(?<place>[^@]+)$/u;

/**
 * Reads `socks5://HOST:PORT` or `http://HOST:PORT`, with `USER:PASSWORD@` in front of HOST if the proxy asks for them: printable ASCII,
 * anything else (and `%`, and `:` in the name) as `%HH` of its UTF-8. Null for anything else, including a host that no DNS knows.
 */
export function parseProxy(text: string): ProxyServer | null {
  const parts = text.length > limits.proxyBytes ? null : form.exec(text);
  return parts && readProxy(parts.groups ?? {});
}

function readProxy({ kind, user, password, place = '' }: NodeJS.Dict<string>): ProxyServer | null {
  const address = parseAddress(place);
  if (!address || isElsewhere(address)) return null;
  const proxy = { kind: kind === 'http' ? 'http' : 'socks5', address } as const;
  if (user === undefined || password === undefined) return { ...proxy, login: null };
  const login = { user: decoded(user), password: decoded(password) };
  return isWhole(login) && isUserFor(kind, login.user) ? { ...proxy, login } : null;
}

/** The proxy's own name is looked up, unless it belongs to a network outside the DNS. */
function isElsewhere({ host }: Address): boolean {
  return /(?:^|\.)(?:onion|i2p|alt)$/iu.test(host);
}

/** RFC 7617 ends a name at its first colon. */
function isUserFor(kind: string | undefined, user: string): boolean {
  return kind !== 'http' || !user.includes(':');
}

function isWhole(login: { readonly [Part in keyof Login]: string | null }): login is Login {
  return login.user !== null && login.password !== null;
}

function decoded(text: string): string | null {
  try {
    const word = decodeURIComponent(text);
    const bytes = new TextEncoder().encode(word).length;
    return bytes > 255 || /[\0-\x1f\x7f-\x9f]/u.test(word) ? null : word;
  } catch {
    return null;
  }
}

/** The proxy of a setting without its name and password, for display; empty for none. */
export function shownProxy(text: string): string {
  const proxy = parseProxy(text);
  return proxy ? `${proxy.kind}://${formatAddress(proxy.address)}` : '';
}

/** The beginning of a message when the proxy works and its destination does not. */
export const beyondProxy = 'the proxy could not reach it';

/** Turns a message about a proxy (`the proxy …`) into one about the Tor of this home. */
export function ofTor(reason: string): string {
  return reason.replace(/^the proxy\b/u, 'your Tor');
}

/** True if a message is about the Tor of this home. */
export function isOfTor(reason: string): boolean {
  return reason.startsWith('your Tor ');
}

/** True if the proxy itself, or our own Tor, was at fault, which says nothing about the contact. */
export function isOfProxy(reason: string): boolean {
  const isOf = reason.startsWith('the proxy ') || isOfTor(reason);
  return isOf && !reason.startsWith(beyondProxy) && !reason.startsWith(ofTor(beyondProxy));
}
