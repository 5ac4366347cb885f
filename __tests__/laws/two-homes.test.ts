import { test } from 'vitest';
import { holds } from '../support/plans/law.ts';
import { byNetwork } from '../support/plans/plan.ts';

// Two real homes, the whole client except its sockets, an arbitrary network, and two clocks. PLAN='[…]' plays one plan again.

/** Shrinking a failing plan takes a while. */
const patience = 12 * 3_600_000;

const lost = [...byNetwork, 'die', 'save', 'setBack', 'backUp', 'restore'] as const;

test(
  'every promise holds after twenty honest hours, whatever the network, a crash or a lost disk did',
  { timeout: patience },
  () => holds({ kinds: lost, runs: 15, seed: 9 }),
);

test('every promise also holds in newly generated plans', { timeout: patience }, () =>
  holds({ kinds: lost, runs: 15, seed: null }),
);
