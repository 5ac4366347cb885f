import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../core/limits.ts';
import { writeMappedPort } from '../inbox/mapped-port.ts';
import { findGateways } from '../net/gateways.ts';
import { gatewaysAt, mapPort, unmapPort, type Gateways, type Mapping } from '../net/map-port.ts';

/** A port that a router is asked to pass on, for as long as the listener runs; `close` gives it back. */
export type KeptPort = { readonly close: () => Promise<void> };

/** Has the routers of this machine pass a port on, again and again before that ends, and says in port.json how that goes. PROTOCOL.md "Port mapping". */
export function keepMapped(inbox: string, port: number): KeptPort {
  const closing = new AbortController();
  let gateways: Gateways = [];
  const keep = async (): Promise<void> => {
    let [place, until, failures] = ['', 0, 0];
    while (!closing.signal.aborted) {
      gateways = followGateways(gateways, await findGateways());
      const mapping = await mapPort(gateways, port, closing.signal);
      if (closing.signal.aborted) return;
      failures = mapping.kind === 'mapped' ? 0 : failures + 1;
      if (mapping.kind === 'mapped') [place, until] = [mapping.place, Date.now() + mapping.lifeS * 1000];
      // What a router promised holds until then, whatever became of one question.
      if (until <= Date.now()) place = '';
      await writeMappedPort(inbox, { place, words: wordsOf(mapping) }).catch(() => undefined);
      await pause(restMs(mapping, failures), null, { signal: closing.signal }).catch(() => null);
    }
  };
  const keeping = keep().catch(() => undefined);
  return {
    async close() {
      closing.abort();
      await keeping;
      await unmapPort(gateways, port, AbortSignal.timeout(limits.unmapMs));
    },
  };
}

/** A router that was known before keeps the nonce of its mapping. */
function followGateways(before: Gateways, hosts: readonly string[]): Gateways {
  return gatewaysAt(hosts).map((made) => before.find(({ host }) => host === made.host) ?? made);
}

function wordsOf(mapping: Mapping): string {
  return mapping.kind === 'mapped' ? `by ${mapping.by}` : mapping.reason.slice(0, 200);
}

/** At half of what was promised; after a failure a minute, doubling to half an hour. */
function restMs(mapping: Mapping, failures: number): number {
  if (mapping.kind === 'mapped') return mapping.lifeS * 500;
  return Math.min(limits.mapAgainMs * 2 ** (failures - 1), limits.mapAgainMostMs);
}
