import type { ScreenCalls } from '../../core/calls.ts';
import type { Printable } from '../../core/types.ts';
import { attempt, callsOf, labelOn, sayNote, type Desk } from '../desk/desk.ts';
import { say } from '../text/line.ts';
import { close } from '../reading/reading.ts';

/** Blocks a contact, closes the open dialog, and shows a note about it. */
export function blockContact(desk: Desk, contact: number): void {
  const name = labelOn(desk, contact);
  act(
    desk,
    (calls) => calls.block({ contact: String(contact) }),
    say`${name} is blocked`,
    say`/unblock undoes it`,
  );
}

/** Lifts a block. */
export function unblockContact(desk: Desk, contact: number): void {
  const name = labelOn(desk, contact);
  const wasBlocked = desk.facts.get().contacts.some(({ id, state }) => id === contact && state === 'blocked');
  const text = wasBlocked ? say`${name} is no longer blocked` : say`${name} was not blocked`;
  act(desk, (calls) => calls.unblock({ contact: String(contact) }), text, say``);
}

function act(
  desk: Desk,
  ask: (calls: ScreenCalls) => Promise<unknown>,
  ...[text, hint]: readonly [text: Printable, hint: Printable]
): void {
  const calls = callsOf(desk);
  if (!calls) return;
  close(desk);
  attempt(desk, async () => {
    await ask(calls);
    sayNote(desk, text, hint);
  });
}
