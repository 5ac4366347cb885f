import { every } from '../../core/every.ts';
import { durationMs } from '../../core/duration.ts';
import type { Desk } from '../desk/desk.ts';
import type { InputEvent } from '../model/events.ts';

/** Measures how long nobody has been at the keyboard. */
type Idleness = {
  /** Takes note of an event; reports that the terminal sends on its own (focus, replies) do not count. */
  readonly noticed: (event: InputEvent) => void;
  readonly ms: () => number;
};

const lookEveryMs = 4000;

/** Counts from now on by the clock `now` (ms since 1970), which goes on while the machine sleeps. */
export function createIdleness(now: () => number): Idleness {
  let last = now();
  return {
    noticed({ type }) {
      if (type === 'key' || type === 'paste' || type === 'wheel' || type === 'click') last = now();
    },
    // A clock that was set back a lot locks, too: it does not tell how much time has really passed.
    ms: () => Math.abs(now() - last),
  };
}

/** Locks the messenger when nobody was there for as long as its settings say. Returns the function that checks this now. */
export function followIdleness(desk: Desk, idleness: Idleness, ends: Array<() => void>): () => void {
  const lockIfIdle = (): void => {
    if (!desk.facts.get().passphrase || !desk.opened()) return;
    const afterMs = durationMs(desk.view.get().settings.lock_after);
    if (afterMs !== null && idleness.ms() >= afterMs) desk.lock();
  };
  ends.push(every(lookEveryMs, lockIfIdle).stop);
  return lockIfIdle;
}
