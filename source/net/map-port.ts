import { isIPv4 } from 'node:net';
import { formatAddress, isPublicIpv4 } from '../core/address.ts';
import { mapByPcp, mapByPmp, newNonce } from './nat-pmp.ts';
import { usualPatience, type Gateway, type Mapped } from './gateway.ts';
import { mapByUpnp } from './upnp.ts';

/** A public place that leads to this machine, and for how many seconds; or why there is none, in words for a person. */
export type Mapping =
  | {
      readonly kind: 'mapped';
      readonly place: string;
      readonly lifeS: number;
      readonly by: Mapped['by'];
      readonly granted: readonly Granted[];
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly granted: readonly Granted[] };

/** A mapping that a router granted to this machine, whether it makes a place or not: which router, and how to take it back. */
export type Granted = {
  readonly gateway: Gateways[number];
  readonly by: Mapped['by'];
  readonly lifeS: number;
};

/** How long one whole try may take. */
const tryMs = 25_000;

/** The longest and shortest useful life of a mapping: a router's promise is cut to that. */
const portLifeS = { most: 7200, least: 120 } as const;

const ways = { PCP: mapByPcp, 'NAT-PMP': mapByPmp, UPnP: mapByUpnp } as const;

/** The routers of this machine; a test passes its own in `given`. */
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

/** Asks each router, by each protocol it may know, to map a TCP port to this machine. Never throws. */
export async function mapPort(gateways: Gateways, port: number, stop: AbortSignal): Promise<Mapping> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(tryMs)]);
  let reason =
    gateways.length === 0 ? 'no router was found' : 'the router does not forward ports, or refused to';
  const granted: Granted[] = [];
  for (const gateway of gateways) {
    for (const way of Object.values(ways)) {
      const mapped = signal.aborted
        ? null
        : await way({ ...gateway, signal }, port, portLifeS.most).catch(() => null);
      if (!mapped) continue;
      granted.push({ gateway, by: mapped.by, lifeS: Math.min(mapped.lifeS, portLifeS.most) });
      const checked = believe(mapped);
      if (checked.kind === 'mapped') return { ...checked, granted };
      ({ reason } = checked);
    }
  }
  return { kind: 'failed', reason, granted };
}

/** Takes back what mapPort() was granted, and nothing else: UPnP would delete any machine's port. Never throws. */
export async function unmapPort(
  granted: ReadonlyArray<Pick<Granted, 'gateway' | 'by'>>,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    granted.map(({ gateway, by }) => ways[by]({ ...gateway, signal }, port, 0).catch(() => null)),
  );
}

type Believed =
  | Omit<Extract<Mapping, { kind: 'mapped' }>, 'granted'>
  | Omit<Extract<Mapping, { kind: 'failed' }>, 'granted'>;

/** A router behind another one has no public address; one that sends nonsense has none at all. */
function believe({ host, port, lifeS, by }: Mapped): Believed {
  const isPlace = isIPv4(host) && port >= 1 && port <= 65_535 && lifeS >= portLifeS.least;
  if (!isPlace) return { kind: 'failed', reason: 'the router sent a malformed answer' };
  if (!isPublicIpv4(host))
    return {
      kind: 'failed',
      reason: `the router itself has no public address (${host}): it is behind another router`,
    };
  return { kind: 'mapped', place: formatAddress({ host, port }), lifeS: Math.min(lifeS, portLifeS.most), by };
}
