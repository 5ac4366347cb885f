import { every } from '../core/every.ts';
import type { State, Store } from '../core/types.ts';
import type { Desk } from './desk/desk.ts';
import { agesOf, agesSoon } from './drawings/head.ts';
import { dayNumber } from './text/times.ts';
import { atTime, isSeen } from './model/toast.ts';
import { selectedContact, type View } from './model/view.ts';

/** How often ages ("answered 20 s ago") are brought up to date, and how often times of day ("at 09:41"), which only a new day changes. */
const tickMs = 4000;
const seldomMs = 60_000;

/** Brings the times on the screen up to date by the clock `now` (ms since 1970); draws nothing while none of them has changed. */
export function followClock({ view, facts }: Pick<Desk, 'view' | 'facts'>, now: () => number): () => void {
  let isSeldom = false;
  const periodMs = (): number => {
    isSeldom = !mayAge(view.get(), facts.get(), now());
    return isSeldom ? seldomMs : tickMs;
  };
  const clock = every(periodMs, () => {
    const at = now();
    if (readsOtherwise(view.get(), facts.get(), at)) view.update((before) => atTime(before, at));
  });
  const changed = (): void => {
    if (isSeldom && mayAge(view.get(), facts.get(), now())) clock.renew();
  };
  // What comes is drawn with its own time, also after a suspension, during which timers stand.
  const came = (): void => {
    tellTime(view, now());
    changed();
  };
  const ends = [view.subscribe(changed), facts.subscribe(came), clock.stop];
  return () => {
    for (const end of ends) end();
  };
}

/** Tells whether something on the screen may read otherwise within a minute. */
function mayAge(view: View, facts: State, at: number): boolean {
  if (view.dialog || (view.toast && !isSeen(view.toast, view.now))) return true;
  const contact = selectedContact(view, facts);
  return contact !== null && agesSoon(contact, at);
}

/** Brings the view's time up to date before an event is taken: whether a mute has ended, for one, depends on it. */
export function tellTime(view: Store<View>, at: number): void {
  if (Math.abs(at - view.get().now) >= 1000) view.update((now) => atTime(now, at));
}

/** Tells whether a frame drawn at `at` would differ, or a notice counts as seen. Dialogs may show any age. */
function readsOtherwise(view: View, facts: State, at: number): boolean {
  if (view.dialog || dayNumber(at) !== dayNumber(view.now)) return true;
  if (view.toast && !isSeen(view.toast, view.now)) return true;
  const contact = selectedContact(view, facts);
  return contact !== null && agesOf(contact, at) !== agesOf(contact, view.now);
}
