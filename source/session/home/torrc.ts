import { isIP } from 'node:net';
import { addressKind, formatAddress, type Address } from '../../core/address.ts';
import { ChatError } from '../../core/errors.ts';
import { onionPort } from '../../core/onion.ts';
import { printableLine } from '../../core/printable.ts';
import { parseProxy } from '../../core/proxy.ts';
import type { OnionFiles } from './onion-files.ts';

/**
 * Everything that a torrc depends on: where the listener is bound (an empty host for nowhere), the setting `proxy`, and the person's own
 * lines.
 */
type TorrcPlan = {
  readonly files: OnionFiles;
  /** The program and its version, so that a Tor of an older one is replaced. */
  readonly program: string;
  readonly bound: Address;
  readonly proxy: string;
  readonly more: string;
  /** The place of the service, if its key is known. */
  readonly place: string | null;
};

/**
 * The text of a torrc. The person's lines come first: where Tor takes only one value, ours wins. The same plan always makes the same text,
 * so comparing texts shows whether a running Tor still fits. Throws ChatError tor-failed. PROTOCOL.md "Onion service".
 */
export function formatTorrc({ files, program, bound, proxy, more, place }: TorrcPlan): string {
  return [
    '# Written by cryptochat each time it starts Tor. Put your own lines into torrc.more, beside this file.',
    `# ${JSON.stringify(program)} ${place ?? ''}`,
    more,
    // End a line that would continue in the next one.
    '',
    `DataDirectory ${quoted(files.data)}`,
    `PidFile ${quoted(files.pid)}`,
    `Log ${quoted(`notice file ${files.log}`)}`,
    'TruncateLogFile 1',
    'RunAsDaemon 0',
    'ClientOnly 1',
    `SocksPort unix:${quoted(files.socks)} IsolateSOCKSAuth ExtendedErrors`,
    `ControlPort unix:${quoted(files.control)}`,
    'CookieAuthentication 1',
    `CookieAuthFile ${quoted(files.cookie)}`,
    ...proxyLines(proxy),
    ...serviceLines(files, bound),
    '',
  ].join('\n');
}

function serviceLines(files: OnionFiles, bound: Address): readonly string[] {
  if (bound.host === '') return [];
  return [
    `HiddenServiceDir ${quoted(files.service)}`,
    `HiddenServicePort ${onionPort} ${formatAddress(targetOf(bound))}`,
  ];
}

/**
 * Where Tor finds a listener on this machine; the number to which it is bound stays, because another program may listen at another one. A name
 * may lead the two to different numbers. Throws ChatError tor-failed.
 */
function targetOf({ host, port }: Address): Address {
  if (isIP(host) === 0)
    throw new ChatError(
      'tor-failed',
      `listen is at ${printableLine(host)}, but onion needs an IP address such as 127.0.0.1`,
    );
  return { host: addressKind(host) === 'nowhere' ? '127.0.0.1' : host, port };
}

/** With a proxy, Tor itself connects through it too. */
function proxyLines(setting: string): readonly string[] {
  const proxy = parseProxy(setting);
  if (!proxy) return [];
  const [address, { user, password } = { user: '', password: '' }] = [
    formatAddress(proxy.address),
    proxy.login ?? undefined,
  ];
  if (proxy.kind === 'http') {
    const login = proxy.login ? [`HTTPSProxyAuthenticator ${quoted(`${user}:${password}`)}`] : [];
    return [`HTTPSProxy ${address}`, ...login];
  }
  const login = proxy.login
    ? [`Socks5ProxyUsername ${quoted(user)}`, `Socks5ProxyPassword ${quoted(password)}`]
    : [];
  return [`Socks5Proxy ${address}`, ...login];
}

/** The lines of a torrc that name Tor's proxy, as one text. */
export function proxyLinesIn(torrc: string): string {
  const lines = torrc.split('\n').map((line) => line.trim());
  return lines.filter((line) => /^(?:Socks[45]|HTTPS?)Proxy/iu.test(line)).join('\n');
}

/** A value as torrc quotes it: like a string of C. Behind `unix:` a `#` would begin a comment even in quotes. */
function quoted(text: string): string {
  const escaped = text.replaceAll(/["\\]/gu, String.raw`\$&`);
  return `"${escaped.replaceAll(/[#\0-\x1f\x7f]/gu, (letter) => `\\x${hexOf(letter)}`)}"`;
}

function hexOf(letter: string): string {
  return letter.charCodeAt(0).toString(16).padStart(2, '0');
}
