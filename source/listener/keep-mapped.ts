import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../core/limits.ts';
import { writeMappedPort } from '../inbox/mapped-port.ts';
import { findGateways } from '../net/gateways.ts';
import {
  gatewaysAt,
  mapPort,
  unmapPort,
  type Gateways,
  type Granted,
  type Mapping,
} from '../net/map-port.ts';

/** A port mapping that is kept for as long as the listener runs. */
export type KeptPort = {
  /** This machine has moved or slept: the routers are asked at once, and anything they do not confirm is dropped. */
  readonly moved: () => void;
  /** Gives it back. */
  readonly close: () => Promise<void>;
};

/** The routers of this machine now. */
type Find = () => Promise<Gateways>;

/** The known state of the port; times are of the monotonic clock. */
type State = {
  gateways: Gateways;
  place: string;
  /** When the promise of the place ends. */
  until: number;
  failures: number;
  /** Mappings by router and protocol, and when they end. */
  readonly granted: Map<string, Granted & { readonly until: number }>;
};

/**
 * Maps a port at the routers of this machine, renews the mapping before it ends, and reports its state in port.json. PROTOCOL.md "Port
 * mapping".
 */
export function keepMapped(inbox: string, port: number, find: Find = findOwn): KeptPort {
  const closing = new AbortController();
  const state: State = { gateways: [], place: '', until: 0, failures: 0, granted: new Map() };
  let [waiting, isMoved] = [new AbortController(), false];
  const keep = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      waiting = new AbortController();
      const wasMoved = isMoved;
      isMoved = false;
      follow(state, await find());
      const mapping = await mapPort(state.gateways, port, closing.signal);
      note(state, mapping, wasMoved);
      if (closing.signal.aborted) return;
      await writeMappedPort(inbox, { place: state.place, words: wordsOf(mapping) }).catch(() => undefined);
      const signal = AbortSignal.any([closing.signal, waiting.signal]);
      await pause(restMs(mapping, state.failures), null, { signal }).catch(() => null);
    }
  };
  const keeping = keep().catch(() => undefined);
  return {
    moved() {
      isMoved = true;
      waiting.abort();
    },
    async close() {
      closing.abort();
      await keeping;
      const granted = [...state.granted.values()].filter(({ until }) => until > performance.now());
      await unmapPort(granted, port, AbortSignal.timeout(limits.unmapMs));
    },
  };
}

async function findOwn(): Promise<Gateways> {
  return gatewaysAt(await findGateways());
}

/** A router that was known before keeps the nonce of its mapping. With different routers, earlier promises are of no use. */
function follow(state: State, found: Gateways): void {
  const before = state.gateways;
  state.gateways = found.map((made) => before.find(({ host }) => host === made.host) ?? made);
  const isSame = found.length === before.length && state.gateways.every((one) => before.includes(one));
  if (!isSame) forget(state);
}

function forget(state: State): void {
  Object.assign(state, { place: '', until: 0 });
  // In another network it would be another machine's.
  state.granted.clear();
}

function note(state: State, mapping: Mapping, wasMoved: boolean): void {
  const now = performance.now();
  const isMapped = mapping.kind === 'mapped';
  // Many networks have a router at the same number.
  if (wasMoved && !isMapped) forget(state);
  for (const granted of mapping.granted)
    state.granted.set(`${granted.gateway.host} ${granted.by}`, {
      ...granted,
      until: now + granted.lifeS * 1000,
    });
  state.failures = isMapped ? 0 : state.failures + 1;
  if (isMapped) Object.assign(state, { place: mapping.place, until: now + mapping.lifeS * 1000 });
  // A router's promise holds until it ends, whatever happens to one request.
  if (state.until <= now) state.place = '';
}

function wordsOf(mapping: Mapping): string {
  return mapping.kind === 'mapped' ? `by ${mapping.by}` : mapping.reason.slice(0, 200);
}

/** After half of the promised time; after a failure a minute, doubling to half an hour. */
function restMs(mapping: Mapping, failures: number): number {
  if (mapping.kind === 'mapped') return mapping.lifeS * 500;
  return Math.min(limits.mapAgainMs * 2 ** (failures - 1), limits.mapAgainMostMs);
}
