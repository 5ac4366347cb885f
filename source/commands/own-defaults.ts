import { defaultSettings } from '../core/settings.ts';
import { randomInt } from 'node:crypto';
import { userInfo } from 'node:os';
import { formatAddress, parseAddress } from '../core/address.ts';
import { ChatError } from '../core/errors.ts';
import { addressFrom } from '../core/address-from.ts';
import { printableLine } from '../core/printable.ts';
import { isOnionAlone, listenFor, namesOnion, onionWord, whoReachesAt } from '../core/place.ts';
import { findTor, torInstallation } from '../session/home/tor-program.ts';
import { freePort, ownAddresses } from '../session/home/own-address.ts';
import type { Flags } from './flags.ts';

const firstPort = 8080;
const portsToTry = 100;
/** Below the ports that Linux and macOS assign to connections. */
const demoPorts = { from: 20_000, to: 32_000 };

/** The address to listen on and the address for links: those of the flags, else every address on the first free port, or for an onion service loopback. */
export async function chooseAddresses(
  flags: Pick<Flags, 'listen' | 'address'>,
): Promise<{ readonly listen: string; readonly address: string }> {
  // A home that is reached through Tor needs no open port.
  const any = isOnionAlone(flags.address ?? '') ? '127.0.0.1' : '::';
  const listen = flags.listen ?? formatAddress({ host: any, port: await findPort(any, firstPort) });
  if (listen.trim().toLowerCase() === 'none')
    return { listen: '', address: addressFrom(flags.address ?? 'none') };
  const { port } = checked(listen);
  const host = ownAddresses()[0] ?? '127.0.0.1';
  return { listen, address: addressFrom(flags.address ?? formatAddress({ host, port })) };
}

/** Advice for a home that only Tor makes reachable, or that wants to hide behind Tor; empty when there is none. */
export async function onionAdvice(
  { listen, address }: { readonly listen: string; readonly address: string },
  tor: () => Promise<string | null> = findTor,
): Promise<string> {
  // A service needs a listener to lead to.
  const hidden = listenFor(onionWord, { listen: listen || defaultSettings.listen, address });
  if (isOnionAlone(address) && listen !== '' && hidden !== listen)
    return `Anyone who can connect to ${listen} can find out that your onion service runs here: set listen = "${hidden}" in config.toml.`;
  if (namesOnion(address)) return (await tor()) === null ? `Tor is missing: ${torInstallation()}` : '';
  if (whoReachesAt(address) === null) return '';
  const isThere = (await tor()) !== null;
  return `To be reachable from everywhere, through Tor: set onion = true, address = "onion" and listen = "${hidden}" in config.toml${isThere ? '' : `, and ${torInstallation()}`}.`;
}

/** Addresses to propose to a person, and advice in a sentence on how to be reached; empty for none. */
export type Suggestion = { readonly listen: string; readonly address: string; readonly advice: string };

/**
 * Suggests addresses for a first run: the public address of this machine if it has one. Behind a router it is an onion service where Tor is
 * installed, with a listener for this machine alone; where it is not, the command that installs it is named.
 */
export async function suggestAddresses(tor: () => Promise<string | null> = findTor): Promise<Suggestion> {
  const usual = await chooseAddresses({});
  if (whoReachesAt(usual.address) === null) return { ...usual, advice: '' };
  if ((await tor()) === null) return { ...usual, advice: withoutTor() };
  const { port } = checked(usual.listen);
  return { listen: formatAddress({ host: '127.0.0.1', port }), address: onionWord, advice: withTor };
}

const withTor =
  'onion: others reach you through Tor, wherever you are. Your address stays hidden; a message takes a second or two more.';

function withoutTor(): string {
  return `To be reachable from everywhere, through Tor: ${torInstallation()}, then write onion here.`;
}

/** An address on this machine alone, on a port that two demos hardly ever both choose. */
export async function loopbackAddress(): Promise<string> {
  const host = '127.0.0.1';
  return formatAddress({ host, port: await findPort(host, randomInt(demoPorts.from, demoPorts.to)) });
}

/** The name of the account, as a first suggestion. */
export function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'me';
  }
}

async function findPort(host: string, from: number): Promise<number> {
  const port = await freePort(host, from, from + portsToTry);
  if (port === null) throw new ChatError('port-taken', String(from));
  return port;
}

function checked(text: string): { readonly port: number } {
  const parsed = parseAddress(text);
  if (!parsed) throw new ChatError('address-bad', printableLine(text, 60));
  return parsed;
}
