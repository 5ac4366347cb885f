import { createPacer, type Pace } from '../../core/pace.ts';
import type { Store } from '../../core/types.ts';

/**
 * Gives `target` the value of `source`: as soon as there is nothing else to do, or when the pace allows it. So a message has left before it
 * is drawn, a hundred messages a second cost only a few frames, and a key is still echoed at once. Returns the function that ends this.
 */
export function follow<Value>(source: Store<Value>, target: Store<Value>, pace: Pace): () => void {
  const pacer = createPacer(pace);
  let timer: NodeJS.Timeout | undefined;
  let next: NodeJS.Immediate | undefined;
  const copy = (): void => {
    [timer, next] = [undefined, undefined];
    pacer.count();
    const start = performance.now();
    target.update(() => source.get());
    // The frame is drawn before this: React draws in a microtask, too.
    queueMicrotask(() => pacer.took(performance.now() - start));
  };
  const changed = (): void => {
    if (timer || next) return;
    const wait = pacer.waitMs();
    if (wait <= 0) next = setImmediate(copy);
    else timer = setTimeout(copy, wait);
  };
  const end = source.subscribe(changed);
  target.update(() => source.get());
  return () => {
    clearTimeout(timer);
    clearImmediate(next);
    end();
  };
}
