import { every } from '../core/every.ts';
import { limits } from '../core/limits.ts';
import type { OwnBox } from '../core/own-box.ts';
import { parsePlace } from '../core/place.ts';
import { printableLine } from '../core/printable.ts';
import type { BoxState } from '../core/types.ts';
import { listBoxes } from './pairing/boxes.ts';
import type { Context } from './work/work.ts';

/** Shows the state of this home's boxes as its listener reports it; returns the function that ends this. */
export function watchBoxes(context: Context): () => void {
  let isOver = false;
  const look = async (): Promise<void> => {
    const now = Date.now();
    const boxes = (await listBoxes(context)).map((box) => boxState(box, now));
    if (isOver || JSON.stringify(boxes) === JSON.stringify(context.state.get().boxes)) return;
    context.state.update((state) => ({ ...state, boxes }));
  };
  const lookSafely = (): void => void look().catch(() => undefined);
  const clock = every(limits.boxStateLookMs, lookSafely);
  lookSafely();
  return () => {
    isOver = true;
    clock.stop();
  };
}

/** A box whose host was silent for longer than a few waits is away; a new one has some time. */
function boxState({ place, createdAt, answeredAt }: OwnBox, now: number): BoxState {
  const heardAt = answeredAt ?? createdAt;
  const host = printableLine(parsePlace(place)?.host ?? '');
  return { host, isAway: Math.abs(now - heardAt) > limits.boxAwayMs };
}
