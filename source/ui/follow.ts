import type { Store } from '../core/state.ts';

/** How often a store may be copied: `burst` times at once, and then once every `waitMs`. */
export type Pace = { readonly waitMs: number; readonly burst: number };

/**
 * Makes `target` hold what `source` holds: at once as long as the pace allows it, else as soon as it does, so that a
 * hundred messages a second cost a few frames and a key is still echoed at once. Answers what ends it.
 */
export function follow<Value>(source: Store<Value>, target: Store<Value>, pace: Pace): () => void {
  let timer: NodeJS.Timeout | undefined;
  let spare = pace.burst;
  let countedAt = performance.now();
  const refill = (): void => {
    const now = performance.now();
    spare = Math.min(pace.burst, spare + (now - countedAt) / pace.waitMs);
    countedAt = now;
  };
  const copy = (): void => {
    timer = undefined;
    refill();
    spare -= 1;
    target.update(() => source.get());
  };
  const changed = (): void => {
    if (timer) return;
    refill();
    if (spare >= 1) copy();
    else timer = setTimeout(copy, (1 - spare) * pace.waitMs);
  };
  const end = source.subscribe(changed);
  target.update(() => source.get());
  return () => {
    clearTimeout(timer);
    end();
  };
}
