import { test } from 'vitest';
import { holds } from '../support/plans/law.ts';
import { everyKind } from '../support/plans/plan.ts';

// The second half of two-homes.test.ts: with two files both processors have something to do.

/** A plan that fails takes its time to get small. */
const patience = 12 * 3_600_000;

test(
  'whatever they do with their keys and with each other, every promise holds after twenty honest hours',
  { timeout: patience },
  () => holds({ kinds: everyKind, runs: 20, seed: 10 }),
);
