import { isIPv4 } from 'node:net';
import { addressKind, formatAddress } from '../core/address.ts';
import { mapByPcp, mapByPmp, newNonce } from './nat-pmp.ts';
import { usualPatience, type Gateway, type Mapped } from './gateway.ts';
import { mapByUpnp } from './upnp.ts';

/** A place outside that leads to this machine, for so many seconds; or why there is none, in words for a person. */
export type Mapping =
  | { readonly kind: 'mapped'; readonly place: string; readonly lifeS: number; readonly by: Mapped['by'] }
  | { readonly kind: 'failed'; readonly reason: string };

/** How long all of one try may take. */
const tryMs = 25_000;

/** The longest that a port is asked for, and the shortest that one is worth: what a router promises is cut to that. */
export const portLifeS = { most: 7200, least: 120 } as const;

const ways = [mapByPcp, mapByPmp, mapByUpnp] as const;

/** The routers of this machine; those of `given` are a test's. */
export type Gateways = ReadonlyArray<Omit<Gateway, 'signal'>>;

/** The routers at these addresses. */
export function gatewaysAt(hosts: readonly string[]): Gateways {
  return hosts.map((host) => ({
    host,
    port: 5351,
    ssdpPort: 1900,
    nonce: newNonce(),
    patience: usualPatience,
  }));
}

/** Asks each router, in each way that it may know, to pass a TCP port on to this machine. Never throws. */
export async function mapPort(gateways: Gateways, port: number, stop: AbortSignal): Promise<Mapping> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(tryMs)]);
  let reason =
    gateways.length === 0 ? 'no router is known' : 'the router passes no ports on, or was told not to';
  for (const gateway of gateways) {
    for (const way of ways) {
      const mapped = signal.aborted
        ? null
        : await way({ ...gateway, signal }, port, portLifeS.most).catch(() => null);
      const checked = mapped && believe(mapped);
      if (checked?.kind === 'mapped') return checked;
      if (checked) ({ reason } = checked);
    }
  }
  return { kind: 'failed', reason };
}

/** Takes back what mapPort() got, in every way. Never throws. */
export async function unmapPort(gateways: Gateways, port: number, signal: AbortSignal): Promise<void> {
  await Promise.all(
    gateways.flatMap((gateway) => ways.map((way) => way({ ...gateway, signal }, port, 0).catch(() => null))),
  );
}

/** A router behind another one has no address that anybody outside reaches; one that says nonsense has none at all. */
function believe({ host, port, lifeS, by }: Mapped): Mapping {
  const isPlace = isIPv4(host) && port >= 1 && port <= 65_535 && lifeS >= portLifeS.least;
  if (!isPlace) return { kind: 'failed', reason: 'the router said something that makes no sense' };
  if (addressKind(host) !== 'public')
    return {
      kind: 'failed',
      reason: `the router itself has no public address (${host}): another one is before it`,
    };
  return { kind: 'mapped', place: formatAddress({ host, port }), lifeS: Math.min(lifeS, portLifeS.most), by };
}
