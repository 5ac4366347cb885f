import type { Store } from '../../core/types.ts';
import type { View } from '../model/view.ts';

/** The changes of the view that are drawn. */
export type ViewFrames = Pick<Store<View>, 'subscribe'> & {
  /** Makes changes of the view that can be drawn with the next ones, or after `latestMs` where none follow. */
  readonly later: (change: () => void) => void;
};

/** Nobody sees a frame that comes this much later, in ms. */
const latestMs = 20;

/** Tells about each change of the view at once, and about those made by `later` with the next frame. */
export function framesOf(view: Pick<Store<View>, 'subscribe'>): ViewFrames {
  const listeners = new Set<() => void>();
  let isLater = false;
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const listener of listeners) listener();
  };
  view.subscribe(() => {
    if (isLater) timer ??= setTimeout(tell, latestMs);
    else tell();
  });
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    later(change) {
      isLater = true;
      try {
        change();
      } finally {
        isLater = false;
      }
    },
  };
}
