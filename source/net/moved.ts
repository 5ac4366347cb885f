import { uptime } from 'node:os';
import { every } from '../core/every.ts';
import { limits } from '../core/limits.ts';
import { interfacesHere } from './interfaces.ts';

/** The machine's place in the network, its time, and how many seconds it was suspended since it started. */
export type Glance = { readonly addresses: string; readonly at: number; readonly asleep: number };

/** Its current state. */
export function glance(): Glance {
  return {
    addresses: addressesNow(),
    at: Date.now(),
    asleep: Math.round(uptime() - process.hrtime()[0]),
  };
}

/** Our addresses without IPv6 link-local ones, which come and go on their own; constant where the system does not list them. */
function addressesNow(): string {
  const outward = interfacesHere().filter(
    ({ internal, address }) => !internal && !/^fe[89ab]/iu.test(address),
  );
  return outward
    .map(({ address }) => address)
    .toSorted()
    .join(' ');
}

/** True for another network, or a pause in which this program did not run. */
export function hasMoved(before: Glance, now: Glance): boolean {
  return isElsewhere(before, now) || Math.abs(now.at - before.at) > limits.returnGapMs;
}

/** Tells whether a stored glance no longer holds, whatever the clock says. */
export function isElsewhere(before: Omit<Glance, 'at'>, now: Glance): boolean {
  return (
    now.addresses !== before.addresses || Math.abs(now.asleep - before.asleep) * 1000 > limits.returnGapMs
  );
}

/**
 * Calls `moved` within 5 s after this machine came into another network, was suspended, had its clock set, or this program was stopped for
 * a while; once the addresses have settled. While `isNeeded` returns false, it may take 13 s. Returns the function that ends this.
 */
export function watchMoves(moved: () => void, isNeeded: () => boolean = () => true): () => void {
  let before = glance();
  let settling: NodeJS.Timeout | undefined;
  const periodMs = (): number => (isNeeded() ? limits.returnLookMs : limits.returnLookSeldomMs);
  const clock = every(periodMs, () => {
    const now = glance();
    const isMoved = hasMoved(before, now);
    before = now;
    if (!isMoved) return;
    clearTimeout(settling);
    settling = setTimeout(moved, limits.returnSettlesMs);
  });
  return () => {
    clock.stop();
    clearTimeout(settling);
  };
}
