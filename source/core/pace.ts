/** Limits how often something may be done: `burst` times at once, and then once every `waitMs`. */
export type Pace = { readonly waitMs: number; readonly burst: number };

/** Measures the uses of something against a pace. */
export type Pacer = {
  /** Counts one more time. */
  readonly count: () => void;
  /** How long to wait before the next time, in ms; 0 when it may be now. */
  readonly waitMs: () => number;
};

/** Makes a pacer with its whole burst to spare; time is monotonic. */
export function createPacer(pace: Pace): Pacer {
  let spare = pace.burst;
  let countedAt = performance.now();
  const refill = (): void => {
    const now = performance.now();
    spare = Math.min(pace.burst, spare + (now - countedAt) / pace.waitMs);
    countedAt = now;
  };
  return {
    count() {
      refill();
      spare -= 1;
    },
    waitMs() {
      refill();
      return spare >= 1 ? 0 : (1 - spare) * pace.waitMs;
    },
  };
}
