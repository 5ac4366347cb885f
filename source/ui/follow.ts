import type { Store } from '../core/state.ts';

/**
 * Makes `target` hold what `source` holds: at once when nothing changed for `waitMs`, else when `waitMs` are over, so
 * that a hundred messages a second cost a few frames and a key is still echoed at once. Answers what ends it.
 */
export function follow<Value>(source: Store<Value>, target: Store<Value>, waitMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let copiedAt = -Infinity;
  const copy = (): void => {
    timer = undefined;
    copiedAt = performance.now();
    target.update(() => source.get());
  };
  const changed = (): void => {
    if (timer) return;
    const wait = copiedAt + waitMs - performance.now();
    if (wait <= 0) copy();
    else timer = setTimeout(copy, wait);
  };
  const end = source.subscribe(changed);
  copy();
  return () => {
    clearTimeout(timer);
    end();
  };
}
