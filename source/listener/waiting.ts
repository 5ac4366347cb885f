import { limits } from '../core/limits.ts';

/** How a wait for mail ended: mail may have come, a newer collect of the box came, nothing came in time, or the caller is gone. */
type Waited = 'rung' | 'taken-over' | 'quiet' | 'gone';

/** The waiting collects at a host: one for each box. */
export type Waiting = {
  /**
   * Begins to wait for a box, at most `mostMs`, and ends any earlier wait for it; null when too many others wait. `hear` gets the
   * function to call when mail comes. A ring before `until` is called counts.
   */
  readonly begin: (box: string, mostMs: number, hear: (ring: () => void) => () => void) => Wait | null;
};

/** One wait. */
export type Wait = {
  /** Returns how it ended; after `rung` it may be called again. */
  readonly until: () => Promise<Waited>;
  /** Ends it because the caller is gone. */
  readonly leave: () => void;
  /** Must be called at its end. */
  readonly end: () => void;
};

/** Makes the waiting list of a host. */
export function createWaiting(): Waiting {
  const rooms = new Map<string, (how: Waited) => void>();
  return {
    begin(box, mostMs, hear) {
      rooms.get(box)?.('taken-over');
      if (!rooms.has(box) && rooms.size >= limits.boxWaiting) return null;
      let rung = false;
      let over: Waited | null = null;
      let tell: ((how: Waited) => void) | null = null;
      const say = (how: Waited): void => {
        if (how === 'rung') rung = true;
        else over ??= how;
        tell?.(how);
      };
      const unhear = hear(() => say('rung'));
      const timer = setTimeout(() => say('quiet'), mostMs);
      rooms.set(box, say);
      return {
        until: () =>
          new Promise((resolve) => {
            const answer = (): void => {
              tell = null;
              resolve(over ?? 'rung');
              rung = false;
            };
            tell = answer;
            if (over !== null || rung) answer();
          }),
        leave: () => say('gone'),
        end() {
          unhear();
          clearTimeout(timer);
          if (rooms.get(box) === say) rooms.delete(box);
        },
      };
    },
  };
}
