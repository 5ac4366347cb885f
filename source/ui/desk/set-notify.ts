import {
  chooseNotify,
  isMutedAt,
  notifyState,
  type Notified,
  type NotifyChoice,
} from '../../core/notify-choice.ts';
import { printableLine } from '../../core/printable.ts';
import type { ContactView, Printable } from '../../core/types.ts';
import { say } from '../text/line.ts';
import { attempt, callsOf, sayNote, type Desk } from './desk.ts';

/** Puts a choice of notifications into effect for a contact, and shows the new choice. */
export function setNotify(desk: Desk, { id, label }: ContactView, choice: NotifyChoice): void {
  const calls = callsOf(desk);
  if (!calls) return;
  attempt(desk, async () => sayNotify(desk, label, await chooseNotify(calls, String(id), choice)));
}

/** Shows which messages of a contact now cause notifications. */
export function sayNotify(desk: Desk, label: Printable, now: Notified): void {
  const state = printableLine(notifyState(now, desk.view.get().now), 100);
  sayNote(desk, say`${label} ${state}`, now.muted ? say`/mute again unmutes` : say``);
}

/** Tells whether a contact is muted now. */
export function isMuted(contact: ContactView, desk: Pick<Desk, 'view'>): boolean {
  return isMutedAt(contact, desk.view.get().now);
}
