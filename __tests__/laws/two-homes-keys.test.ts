import { test } from 'vitest';
import { holds } from '../support/plans/law.ts';
import { everyKind } from '../support/plans/plan.ts';

// The second half of two-homes.test.ts; two files keep both processors busy.

/** Shrinking a failing plan takes a while. */
const patience = 12 * 3_600_000;

test(
  'every promise holds after twenty honest hours, whatever they do with their keys and with each other',
  { timeout: patience },
  () => holds({ kinds: everyKind, runs: 20, seed: 10 }),
);
