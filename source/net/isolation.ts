import { createHash, randomUUID } from 'node:crypto';
import { formatAddress, type Address } from '../core/address.ts';
import type { Login } from '../core/proxy.ts';

/** Different in each process: two homes on one machine must not write to the same contact through one circuit. */
const ownRun = randomUUID();

/** The tries in a row that fail before Tor is asked for another circuit: the first one may only have been too short for a slow network. */
const patience = 2;

/** The most destinations of which failures are remembered. */
const mostKnown = 1000;

type Failures = { readonly inRow: number; readonly circuits: number };

const none: Failures = { inRow: 0, circuits: 0 };
const known = new Map<string, Failures>();

/**
 * The name and password for a proxy that asks for them without a login of its own: each destination has another name, and Tor puts no two on
 * one circuit. A destination that failed twice gets another password, and with it another circuit: an onion service whose Tor was killed
 * never joins a circuit that waits for it, and Tor gives each new connection that circuit for minutes. PROTOCOL.md §15.
 */
export function loginTo(to: Address | null): Login {
  const { circuits } = known.get(nameOf(to)) ?? none;
  return { user: nameOf(to), password: circuits === 0 ? ownRun : `${ownRun}.${circuits}` };
}

/** Notes whether a try reached its destination. */
export function noteTry(to: Address | null, isThere: boolean): void {
  const name = nameOf(to);
  const next = after(known.get(name) ?? none, isThere);
  // At the end of the map, where the one that was tried last stays longest.
  known.delete(name);
  if (next.inRow + next.circuits > 0) known.set(name, next);
  for (const oldest of known.keys()) if (known.size > mostKnown) known.delete(oldest);
}

function after({ inRow, circuits }: Failures, isThere: boolean): Failures {
  if (isThere) return { inRow: 0, circuits };
  return inRow + 1 < patience ? { inRow: inRow + 1, circuits } : { inRow: 0, circuits: circuits + 1 };
}

function nameOf(to: Address | null): string {
  const destination = to ? formatAddress(to) : '';
  return createHash('sha256').update(`cryptochat/1 proxy|${destination}`).digest('hex').slice(0, 32);
}
