import { limits } from '../core/limits.ts';

/** How long a host is asked to wait for mail before it answers that there is none: as long as what lies on the way lets a request stand. */
export type Patience = {
  /** The seconds to ask for now. */
  readonly seconds: () => number;
  /** An answer came, after the host had waited in vain if it is `quiet`. */
  readonly answered: (quiet: boolean) => void;
  /**
   * None came, this many ms after the request was sent. True if something on the way may have cut a wait that was too long for it: then the next is
   * shorter, and may be sent at once.
   */
  readonly failed: (afterMs: number) => boolean;
};

/** Begins with the longest wait. One that was cut halves; many quiet ones that were not make it longer again. */
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

/** A request that breaks sooner is no wait that was cut; and nobody asks more often than this. */
const leastCutMs = 4000;
const leastSeconds = 5;
/** After so many that were cut, whatever is there is not on the way but gone. */
const cutsInARow = 3;
const quietBeforeMore = 30;
