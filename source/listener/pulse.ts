import { every } from '../core/every.ts';
import { limits } from '../core/limits.ts';
import { watchParcels } from '../inbox/parcels.ts';
import type { Reporting } from '../inbox/reporting.ts';

/** What else a listener knows, and does. */
export type Around = {
  readonly reporting: Reporting;
  /** True while a client runs whose end is heard. */
  readonly isClientHeard: () => boolean;
  /** From now on parcels wait. */
  readonly began: () => void;
};

/** The looks for parcels. */
type Pulse = {
  /** Something may have to be posted soon. */
  readonly soon: () => void;
  readonly stop: () => void;
};

/**
 * Rings while parcels wait and no client is there to post them, and when out/ changes; otherwise now and then, because not every file
 * system reports changes.
 */
export function createPulse(
  { inbox, lanes }: { readonly inbox: string; readonly lanes: ReadonlyMap<string, unknown> },
  { reporting, isClientHeard }: Around,
  ring: () => void,
): Pulse {
  let isSoon = true;
  let soonUntil = 0;
  const beat = (): void => {
    ring();
    isSoon = (lanes.size > 0 && !isClientHeard()) || performance.now() < soonUntil;
  };
  const pulse = every(() => (isSoon ? limits.carryLookMs : reporting.lookMs()), beat);
  const soon = (): void => {
    if (isSoon) return;
    isSoon = true;
    pulse.renew();
  };
  const changed = (): void => {
    // The next look may come too early to list the folder again.
    soonUntil = performance.now() + limits.carryListLeastMs + limits.carryLookMs;
    soon();
  };
  const unwatch = watchParcels(inbox, { changed, failed: reporting.failed });
  return {
    soon,
    stop() {
      pulse.stop();
      unwatch();
    },
  };
}
