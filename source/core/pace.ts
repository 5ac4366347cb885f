/**
 * Limits how often something may be done: `burst` times at once, and then once every `waitMs`; and for at most a third of the time,
 * however long it takes on this machine.
 */
export type Pace = { readonly waitMs: number; readonly burst: number };

/** Measures the uses of something against a pace. */
type Pacer = {
  /** Counts another use. */
  readonly count: () => void;
  /** Notes how long the last use took, in ms. */
  readonly took: (ms: number) => void;
  /** How long to wait before the next use, in ms; 0 for now. */
  readonly waitMs: () => number;
};

/** Very slow work was waiting for something else: a disk, or a program that had the terminal. */
const mostRestMs = 500;

/** Makes a pacer with its whole burst available; time is monotonic. */
export function createPacer(pace: Pace): Pacer {
  let spare = pace.burst;
  let countedAt = performance.now();
  let notBefore = countedAt;
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
    took(ms) {
      notBefore = performance.now() + Math.min(2 * ms, mostRestMs);
    },
    waitMs() {
      refill();
      const forPace = spare >= 1 ? 0 : (1 - spare) * pace.waitMs;
      return Math.max(forPace, notBefore - performance.now());
    },
  };
}
