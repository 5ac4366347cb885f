import { every } from '../core/every.ts';
import type { State, Store } from '../core/types.ts';
import type { Desk } from './desk/desk.ts';
import { agesOf } from './drawings/head.ts';
import { dayNumber } from './text/times.ts';
import { atTime, isSeen } from './model/toast.ts';
import { selectedContact, type View } from './model/view.ts';

/** How often ages ("answered 20 s ago") are brought up to date. */
const tickMs = 4000;

/** Brings the ages on the screen up to date by the clock `now` (ms since 1970); draws nothing while none of them has changed. */
export function followClock(desk: Pick<Desk, 'view' | 'facts'>, now: () => number): () => void {
  return every(tickMs, () => {
    const at = now();
    if (readsOtherwise(desk.view.get(), desk.facts.get(), at)) desk.view.update((view) => atTime(view, at));
  }).stop;
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
