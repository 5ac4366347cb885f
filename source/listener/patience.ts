import { limits } from '../core/limits.ts';

/**
 * How long a host is asked to wait for mail before it answers that there is none: as long as the network in between keeps a request
 * open.
 */
export type Patience = {
  /** The seconds to ask for now. */
  readonly seconds: () => number;
  /** An answer came; `quiet` if the host had waited in vain. */
  readonly answered: (quiet: boolean) => void;
  /**
   * No answer came, this many ms after the request was sent. True if something in between may have cut a wait that was too long: the
   * next one is shorter, and may be sent at once.
   */
  readonly failed: (afterMs: number) => boolean;
};

/** Begins with the longest wait. A cut halves it; many uncut quiet waits make it longer again. */
export function createPatience(): Patience {
  const most = limits.boxWaitMs / 1000;
  let seconds: number = most;
  let [quiet, cuts] = [0, 0];
  return {
    seconds: () => seconds,
    answered(isQuiet) {
      cuts = 0;
      quiet = isQuiet ? quiet + 1 : quiet;
      if (quiet < quietBeforeMore) return;
      quiet = 0;
      seconds = Math.min(most, seconds * 2);
    },
    failed(afterMs) {
      quiet = 0;
      const isCut = afterMs >= leastCutMs && cuts < cutsInARow && seconds > leastSeconds;
      if (!isCut) return false;
      cuts += 1;
      const lasted = Math.min(seconds, Math.floor(afterMs / 1000));
      seconds = Math.max(leastSeconds, Math.floor(lasted / 2));
      return true;
    },
  };
}

/** A request that breaks sooner does not count as a cut wait; and nobody asks more often than this. */
const leastCutMs = 4000;
const leastSeconds = 5;
/** After this many cuts, the host is gone rather than cut off by something in between. */
const cutsInARow = 3;
const quietBeforeMore = 30;
