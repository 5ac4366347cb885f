import { createHash, randomUUID } from 'node:crypto';
import { formatAddress, type Address } from '../core/address.ts';
import type { Login } from '../core/proxy.ts';

/** Different in each process: two homes on one machine must not write to the same contact through one circuit. */
const ownRun = randomUUID();

/** The tries in a row that fail before Tor is asked for another circuit: what the first one began may be there for the next one. */
const firstPatience = 2;
/** In a network where that is not enough, each circuit gets twice as many tries as the one before, up to this. */
const mostPatience = 16;

/** The most destinations of which anything is remembered. */
const mostKnown = 1000;

/** The circuit to a destination, by its number; the last number that was given; and the tries on this circuit that failed in a row. */
type Way = {
  readonly circuit: number;
  readonly last: number;
  readonly failed: number;
  readonly patience: number;
};

const unknown: Way = { circuit: 0, last: 0, failed: 0, patience: firstPatience };
const known = new Map<string, Way>();

/**
 * The name and password for a proxy that asks for them without a login of its own, and the number of the circuit that they stand for. Each
 * destination has another name, and Tor puts no two on one circuit. A destination that fails again and again gets another password, and with
 * it another circuit: an onion service whose Tor was killed never joins a circuit that waits for it, and Tor gives each new connection that
 * circuit for minutes. PROTOCOL.md §15.
 */
export function loginTo(to: Address | null): { readonly login: Login; readonly circuit: number } {
  const { circuit } = known.get(nameOf(to)) ?? unknown;
  const password = circuit === 0 ? ownRun : `${ownRun}.${circuit}`;
  return { login: { user: nameOf(to), password }, circuit };
}

/** Notes whether a try on a circuit reached its destination; nothing where it was on none. */
export function noteTry(to: Address | null, circuit: number | null, isThere: boolean): void {
  if (circuit === null) return;
  const name = nameOf(to);
  const way = known.get(name) ?? unknown;
  const next = isThere ? { ...way, circuit, failed: 0, patience: firstPatience } : failedOn(way, circuit);
  // At the end of the map, where the one that was tried last stays longest.
  known.delete(name);
  if (next.last + next.failed > 0) known.set(name, next);
  for (const oldest of known.keys()) if (known.size > mostKnown) known.delete(oldest);
}

/** A try on an earlier circuit says nothing about the present one. */
function failedOn(way: Way, circuit: number): Way {
  if (circuit !== way.circuit) return way;
  const [failed, last] = [way.failed + 1, way.last + 1];
  if (failed < way.patience) return { ...way, failed };
  return { circuit: last, last, failed: 0, patience: Math.min(2 * way.patience, mostPatience) };
}

function nameOf(to: Address | null): string {
  const destination = to ? formatAddress(to) : '';
  return createHash('sha256').update(`cryptochat/1 proxy|${destination}`).digest('hex').slice(0, 32);
}
