import { limits } from '../core/limits.ts';

/** How a wait for mail ended: something may have come, a newer collect of the box came, nothing came in time, or who waited is gone. */
export type Waited = 'rung' | 'taken-over' | 'quiet' | 'gone';

/** The collects that wait at a host: one of each box. */
export type Waiting = {
  /**
   * Begins to wait for a box, at most `mostMs`, and ends the wait that is there; null when too many others wait. `hear` is told whom to call when something
   * comes. A ring from before `until` is asked counts.
   */
  readonly begin: (box: string, mostMs: number, hear: (ring: () => void) => () => void) => Wait | null;
};

/** One wait. */
export type Wait = {
  /** Answers how it went on; after `rung` it may be asked again. */
  readonly until: () => Promise<Waited>;
  /** Ends it because who waited is gone. */
  readonly leave: () => void;
  /** Must be called at its end. */
  readonly end: () => void;
};

/** Makes the waiting room of a host. */
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
