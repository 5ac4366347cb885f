/** Tells waiting calls that something was committed. */
export type Changes = {
  readonly announce: () => void;
  /** Resolves at the next change after the call, or after `timeoutMs`. */
  readonly next: (timeoutMs: number) => Promise<void>;
};

/** Makes the announcement of one client. */
export function createChanges(): Changes {
  const waiting = new Set<() => void>();
  return {
    announce() {
      for (const tell of waiting) tell();
    },
    next: (timeoutMs) =>
      new Promise((resolve) => {
        const tell = (): void => {
          clearTimeout(timer);
          waiting.delete(tell);
          resolve();
        };
        const timer = setTimeout(tell, timeoutMs);
        waiting.add(tell);
      }),
  };
}
