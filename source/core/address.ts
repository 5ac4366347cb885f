import { limits } from './limits.ts';

/** The place where a listener is reached: a name, an IPv4 or an IPv6 address (without its brackets), and a TCP port. */
export type Address = { readonly host: string; readonly port: number };

const label = /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/iu;
const byte = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/u;
const portDigits = /^[1-9]\d{0,4}$/u;

/**
 * Reads HOST:PORT as PROTOCOL.md "Invite link" defines it: a name, an IPv4 address, or an IPv6 address in brackets; port 1 to 65535 without
 * leading zeros; at most 128 bytes. Answers null for anything else, including a host that is almost an IPv4 address (127.1, 0x7f.1):
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

/** RFC 1123, and `_`; a last label that begins with a digit is no name, because some programs would take it for an IPv4 address. */
function isName(text: string): boolean {
  const labels = text.split('.');
  return labels.every((part) => label.test(part)) && !/^\d/u.test(labels.at(-1) ?? '');
}

/** RFC 4291 §2.2, without a zone: a zone means another thing on every machine. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const embedded = last.includes('.');
  if (embedded && (!isIpv4(last) || text.endsWith('::'))) return false;
  const hex = embedded ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[\da-f]{1,4}$/iu.test(group))) return false;
  const count = hex.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}
