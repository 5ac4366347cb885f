import { test } from 'vitest';
import { holds } from '../support/plans/law.ts';
import { byNetwork } from '../support/plans/plan.ts';

// Two real homes, the whole client but its sockets, a network that does as it likes, and two clocks. PLAN='[…]' plays one plan again.

/** A plan that fails takes its time to get small. */
const patience = 12 * 3_600_000;

const lost = [...byNetwork, 'die', 'save', 'setBack', 'backUp', 'restore'] as const;

test(
  'whatever the network, a crash or a lost disk did, every promise holds after twenty honest hours',
  { timeout: patience },
  () => holds({ kinds: lost, runs: 15, seed: 9 }),
);

test('also in plans that nobody has seen before', { timeout: patience }, () =>
  holds({ kinds: lost, runs: 15, seed: null }),
);
