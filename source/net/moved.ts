import { uptime } from 'node:os';
import { every } from '../core/every.ts';
import { limits } from '../core/limits.ts';
import { interfacesHere } from './interfaces.ts';
import { createNetworkSign } from './network-sign.ts';

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

/** What a look sees: our addresses, the time (ms since 1970), and the time on the clock that timers use (ms). */
type Sight = { readonly addresses: string; readonly at: number; readonly ran: number };

/** True for another network, another time, or a pause in which this program did not run; `waitMs` is the time between the two looks. */
export function hasMoved(before: Sight, now: Sight, waitMs: number): boolean {
  const passed = now.ran - before.ran;
  const isLate = passed > waitMs + limits.returnGapMs - limits.returnLookMs;
  const hasJumped = Math.abs(now.at - before.at - passed) > limits.returnGapMs;
  return now.addresses !== before.addresses || isLate || hasJumped;
}

/** Tells whether a stored glance no longer holds, whatever the clock says. */
export function isElsewhere(before: Omit<Glance, 'at'>, now: Glance): boolean {
  return (
    now.addresses !== before.addresses || Math.abs(now.asleep - before.asleep) * 1000 > limits.returnGapMs
  );
}

/** A running watch for moves. */
type MoveWatch = {
  /** Looks now, and asks for the period again. */
  readonly look: () => void;
  /** Another program has seen a move: it is not seen again here. */
  readonly told: () => void;
  readonly close: () => void;
};

/**
 * Calls `moved` after this machine came into another network, was suspended, had its clock set, or this program was stopped for a while;
 * once the addresses have settled, so within 5 s with the usual period. The period (ms) is asked for before each wait.
 */
export function watchMoves(moved: () => void, periodMs: () => number = () => limits.returnLookMs): MoveWatch {
  const sign = createNetworkSign();
  let addresses = '';
  const see = (): Sight => {
    // In this order: a change between the two is seen the next time.
    if (sign.mayHaveChanged()) addresses = addressesNow();
    return { addresses, at: Date.now(), ran: performance.now() };
  };
  let before = see();
  let waitMs = 0;
  let settling: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = see();
    const isMoved = hasMoved(before, now, waitMs);
    before = now;
    if (!isMoved) return;
    clearTimeout(settling);
    settling = setTimeout(moved, limits.returnSettlesMs);
  };
  const clock = every(() => (waitMs = periodMs()), look);
  return {
    look() {
      look();
      clock.renew();
    },
    told() {
      before = see();
      moved();
    },
    close() {
      clock.stop();
      clearTimeout(settling);
      sign.close();
    },
  };
}
