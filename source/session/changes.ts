/** Tells waiting calls, and the courier, that something was committed. */
export type Changes = {
  /** Something was committed that concerns these contacts. */
  readonly announce: (contactIds: Iterable<number>) => void;
  /** No turn is under way any more: what is committed may be posted. */
  readonly quiet: () => void;
  /** Calls `wake` for each contact concerned whenever the client falls quiet after a change. */
  readonly onQuiet: (wake: (contactId: number) => void) => void;
  /** Answers at the next change after the call, or after `timeoutMs`. */
  readonly next: (timeoutMs: number) => Promise<void>;
};

/** Makes the announcement of one client. */
export function createChanges(): Changes {
  const waiting = new Set<() => void>();
  const wakes: Array<(contactId: number) => void> = [];
  const concerned = new Set<number>();
  return {
    announce(contactIds) {
      for (const id of contactIds) concerned.add(id);
      for (const tell of waiting) tell();
    },
    quiet() {
      const ids = [...concerned];
      concerned.clear();
      for (const wake of wakes) ids.forEach(wake);
    },
    onQuiet: (wake) => wakes.push(wake),
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
