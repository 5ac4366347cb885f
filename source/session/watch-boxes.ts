import { every } from '../core/every.ts';
import { limits } from '../core/limits.ts';
import type { OwnBox } from '../core/own-box.ts';
import { parsePlace } from '../core/place.ts';
import { printableLine } from '../core/printable.ts';
import type { BoxState } from '../core/types.ts';
import { filesVersion } from '../inbox/mailboxes.ts';
import type { Context } from './work/work.ts';

/** Shows the state of this home's boxes, as `list` reads them, when the listener reports it; returns the function that ends this. */
export function watchBoxes(
  { paths, state }: Pick<Context, 'paths' | 'state'>,
  list: () => Promise<readonly OwnBox[]>,
): () => void {
  let [isOver, seen, lookedAt, quietUntil] = [false, '', 0, 0];
  // A host that answers goes on answering, as far as anybody sees, until it has been silent for long enough.
  const versionNow = (): string => {
    const isAnyAway = state.get().boxes.some(({ isAway }) => isAway);
    return filesVersion(paths.inbox, isAnyAway ? ['mailboxes', 'reach'] : ['mailboxes']);
  };
  const look = async (): Promise<void> => {
    const [now, version] = [Date.now(), versionNow()];
    if (version === seen && now >= lookedAt && now < quietUntil) return;
    const listed = await list();
    [seen, lookedAt, quietUntil] = [version, now, quietTime(listed, now)];
    const boxes = listed.map((box) => boxState(box, now));
    if (isOver || JSON.stringify(boxes) === JSON.stringify(state.get().boxes)) return;
    state.update((before) => ({ ...before, boxes }));
  };
  const lookSafely = (): void => void look().catch(() => undefined);
  const clock = every(limits.boxStateLookMs, lookSafely);
  lookSafely();
  return () => {
    isOver = true;
    clock.stop();
  };
}

/** Until when (ms since 1970) no host becomes away, and the boxes need not be read again. */
function quietTime(boxes: readonly OwnBox[], now: number): number {
  const ends = boxes.map(({ createdAt, answeredAt }) => (answeredAt ?? createdAt) + limits.boxAwayMs);
  return Math.min(now + limits.boxStateAgainMs, ...ends.filter((end) => end >= now).map((end) => end + 1));
}

/** A box whose host was silent for longer than a few waits is away; a new one has some time. */
function boxState({ place, createdAt, answeredAt }: OwnBox, now: number): BoxState {
  const heardAt = answeredAt ?? createdAt;
  const host = printableLine(parsePlace(place)?.host ?? '');
  return { host, isAway: Math.abs(now - heardAt) > limits.boxAwayMs };
}
