import { addressKind } from './address.ts';
import { parseProxy, type ProxyServer } from './proxy.ts';

/**
 * The ways out of a home, as one text: for the client, for its listener (mailboxes.json), and for code that passes them on. Empty:
 * direct. A proxy as in the setting: everything through it. `tor:PATH`, where PATH is percent-encoded, for the Tor of this home, with
 * its SOCKS socket there: everything through it; with ` direct` behind it only onion services; with a proxy behind it onion services,
 * and everything else through that proxy. PROTOCOL.md "Onion service".
 */
const shape = /^tor:(?<socket>[^ ]+)(?: (?<others>[^ ]+))?$/u;

/** The value of the setting `proxy` that reaches contacts other than onion services without Tor, even when Tor is there. */
export const directWord = 'direct';

/** True for a valid value of the setting `proxy`. */
export function isProxySetting(word: string): boolean {
  return word === '' || word === directWord || parseProxy(word) !== null;
}

/** The ways out that follow from the setting `proxy` and from the path of our own Tor's SOCKS socket; null without a Tor. */
export function waysOut(setting: string, torSocket: string | null): string {
  if (torSocket === null) return setting === directWord ? '' : setting;
  return `tor:${encodeURIComponent(torSocket)}${setting && ` ${setting}`}`;
}

/** The proxy to reach a host through; undefined for none, a direct connection; null for an invalid text, and nothing may go out. */
export function proxyFor(ways: string | undefined, host: string): ProxyServer | undefined | null {
  if (!ways) return undefined;
  const { socket, others = '' } = shape.exec(ways)?.groups ?? {};
  if (socket === undefined) return parseProxy(ways);
  const tor = torAt(socket);
  if (tor === null || others === '' || addressKind(host) === 'onion') return tor;
  return others === directWord ? undefined : parseProxy(others);
}

/** True if an address other than an onion service is reached through a proxy. */
export function goesThrough(ways: string): boolean {
  return proxyFor(ways, '') !== undefined;
}

function torAt(encoded: string): ProxyServer | null {
  try {
    return {
      kind: 'socks5',
      address: { host: '', port: 0 },
      login: null,
      socket: decodeURIComponent(encoded),
    };
  } catch {
    return null;
  }
}
