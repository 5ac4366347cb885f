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
  const now: { running: Promise<void> | null; again: boolean; stopped: boolean } = {
    running: null,
    again: false,
    stopped: false,
  };
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
  return {
    ring() {
      now.again = true;
      if (!now.stopped) now.running ??= Promise.resolve().then(run);
    },
    async idle() {
      while (now.running) await now.running;
    },
    stop() {
      now.stopped = true;
    },
  };
}
