/** A wake-up that cannot be missed: a ring while the work runs makes it run again. */
export type Bell = {
  /** Asks for one run of the work, now or right after the current run; returns false once the bell is stopped. */
  readonly ring: () => boolean;
  /** Asks for one run within `delayMs`; further rings until then are part of it. */
  readonly ringSoon: (delayMs: number) => void;
  /** Runs delayed work at once; resolves when no run is under way and none is asked for. */
  readonly idle: () => Promise<void>;
  /** Stops the bell: later rings do nothing. */
  readonly stop: () => void;
};

/** Makes a bell for `work`; rings coalesce, runs never overlap. `failed` gets every error that a run throws. */
export function createBell(work: () => Promise<void>, failed: (error: unknown) => void): Bell {
  const now: Now = { running: null, again: false, stopped: false, timer: undefined };
  const run = async (): Promise<void> => {
    while (now.again && !now.stopped) {
      now.again = false;
      try {
        await work();
      } catch (error) {
        failed(error);
      }
    }
    now.running = null;
  };
  const ring = (): boolean => {
    forget(now);
    now.again = true;
    if (!now.stopped) now.running ??= Promise.resolve().then(run);
    return !now.stopped;
  };
  return {
    ring,
    ringSoon(delayMs) {
      if (!now.stopped) now.timer ??= setTimeout(ring, delayMs);
    },
    async idle() {
      if (now.timer) ring();
      while (now.running) await now.running;
    },
    stop() {
      forget(now);
      now.stopped = true;
    },
  };
}

type Now = {
  running: Promise<void> | null;
  again: boolean;
  stopped: boolean;
  timer: NodeJS.Timeout | undefined;
};

function forget(now: Now): void {
  clearTimeout(now.timer);
  now.timer = undefined;
}
