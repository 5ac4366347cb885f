import { createPacer, type Pace } from '../../core/pace.ts';
import type { Store } from '../../core/types.ts';

/**
 * Gives `target` the value of `source`: at once as long as the pace allows it, else as soon as it does. A hundred messages a second
 * then cost only a few frames, and a key is still echoed at once. Returns the function that ends this.
 */
export function follow<Value>(source: Store<Value>, target: Store<Value>, pace: Pace): () => void {
  const pacer = createPacer(pace);
  let timer: NodeJS.Timeout | undefined;
  const copy = (): void => {
    timer = undefined;
    pacer.count();
    const start = performance.now();
    target.update(() => source.get());
    // The frame is drawn before this.
    setImmediate(() => pacer.took(performance.now() - start));
  };
  const changed = (): void => {
    if (timer) return;
    const wait = pacer.waitMs();
    if (wait <= 0) copy();
    else timer = setTimeout(copy, wait);
  };
  const end = source.subscribe(changed);
  target.update(() => source.get());
  return () => {
    clearTimeout(timer);
    end();
  };
}
