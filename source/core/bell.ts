/** A wake-up that cannot be missed: a ring while the work runs makes the work run once more. */
export type Bell = {
  /** Asks for one run of the work, now or right after the run that is under way. */
  readonly ring: () => void;
  /** Answers when no run is under way and none is asked for. */
  readonly idle: () => Promise<void>;
  /** Ends it: later rings do nothing. */
  readonly stop: () => void;
};

/** Makes a bell for `work`; rings coalesce, runs never overlap. `failed` gets what a run throws. */
export function createBell(work: () => Promise<void>, failed: (error: unknown) => void): Bell {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
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
  return {
    ring() {
      again = true;
      if (!stopped) running ??= Promise.resolve().then(run);
    },
    async idle() {
      while (running) await running;
    },
    stop() {
      stopped = true;
    },
  };
}
