import { randomInt } from 'node:crypto';
import { userInfo } from 'node:os';
import { formatAddress, parseAddress } from '../core/address.ts';
import { ChatError } from '../core/errors.ts';
import { addressFrom } from '../core/address-from.ts';
import { printableLine } from '../core/printable.ts';
import { freePort, ownAddresses } from '../session/home/own-address.ts';
import type { Flags } from './flags.ts';

const firstPort = 8080;
const portsToTry = 100;
/** Below the ports that Linux and macOS assign to connections. */
const demoPorts = { from: 20_000, to: 32_000 };

/** The address to listen on and the address for links: those of the flags, else every address on the first free port. */
export async function chooseAddresses(
  flags: Pick<Flags, 'listen' | 'address'>,
): Promise<{ readonly listen: string; readonly address: string }> {
  const listen = flags.listen ?? formatAddress({ host: '::', port: await findPort('::', firstPort) });
  if (listen.trim().toLowerCase() === 'none')
    return { listen: '', address: addressFrom(flags.address ?? 'none') };
  const { port } = checked(listen);
  const host = ownAddresses()[0] ?? '127.0.0.1';
  return { listen, address: addressFrom(flags.address ?? formatAddress({ host, port })) };
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
