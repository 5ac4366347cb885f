/** A wake-up that cannot be missed: a ring while the work runs makes the work run once more. */
export type Bell = {
  /** Asks for one run of the work, now or right after the run that is under way. */
  readonly ring: () => void;
  /** Asks for one run within `delayMs`; every further ring until then is part of it. */
  readonly ringSoon: (delayMs: number) => void;
  /** Does at once what was asked for soon; answers when no run is under way and none is asked for. */
  readonly idle: () => Promise<void>;
  /** Ends it: later rings do nothing. */
  readonly stop: () => void;
};

/** Makes a bell for `work`; rings coalesce, runs never overlap. `failed` gets what a run throws. */
export function createBell(work: () => Promise<void>, failed: (error: unknown) => void): Bell {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    while (again && !stopped) {
      again = false;
      try {
        await work();
      } catch (error) {
        failed(error);
      }
    }
    running = null;
  };
  const ring = (): void => {
    clearTimeout(timer);
    timer = undefined;
    again = true;
    if (!stopped) running ??= Promise.resolve().then(run);
  };
  return {
    ring,
    ringSoon(delayMs) {
      if (!stopped) timer ??= setTimeout(ring, delayMs);
    },
    async idle() {
      if (timer) ring();
      while (running) await running;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      stopped = true;
    },
  };
}
