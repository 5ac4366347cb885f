/** Tells waiting calls, and the courier, that something was committed. */
export type Changes = {
  /** Something was committed. */
  readonly announce: () => void;
  /** No turn is under way any more: what is committed may be posted. */
  readonly quiet: () => void;
  /** Calls `wake` whenever the client falls quiet after a change. */
  readonly onChange: (wake: () => void) => void;
  /** Answers at the next change after the call, or after `timeoutMs`. */
  readonly next: (timeoutMs: number) => Promise<void>;
};

/** Makes the announcement of one client. */
export function createChanges(): Changes {
  const waiting = new Set<() => void>();
  const wakes: Array<() => void> = [];
  let pending = false;
  return {
    announce() {
      pending = true;
      for (const tell of waiting) tell();
    },
    quiet() {
      if (!pending) return;
      pending = false;
      for (const wake of wakes) wake();
    },
    onChange: (wake) => wakes.push(wake),
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
