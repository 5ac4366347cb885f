/** Repeated work. `renew` restarts the period, for one that has become shorter. */
export type Repeating = { readonly stop: () => void; readonly renew: () => void };

/**
 * Calls `act` at the multiples of `ms` of this process's clock, which lets related periods share one wake-up of the machine. Keeps no
 * process from ending. A period that may change is given as a function, which is asked before each wait.
 */
export function every(ms: number | (() => number), act: () => void): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const look = (): void => {
    try {
      act();
    } finally {
      wait();
    }
  };
  const wait = (): void => {
    clearTimeout(timer);
    if (isOver) return;
    const period = typeof ms === 'number' ? ms : ms();
    timer = setTimeout(look, untilMultiple(period, performance.now()));
    timer.unref();
  };
  wait();
  return {
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
    renew: wait,
  };
}

/** The time (ms) until the next multiple of `period`; a timer that was a little early does not go off twice for one. */
export function untilMultiple(period: number, now: number): number {
  const left = period - (now % period);
  return Math.ceil(left < period / 10 ? left + period : left);
}
