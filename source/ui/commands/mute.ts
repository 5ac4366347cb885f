import type { ContactView } from '../../core/state.ts';
import { attempt, callsOf, type Desk, sayNote } from '../desk/desk.ts';
import { say } from '../text/say.ts';

/** Mutes a contact, or lets it be heard again. */
export function mute(desk: Desk, { id, label, muted }: ContactView): void {
  const calls = callsOf(desk);
  if (!calls) return;
  attempt(desk, async () => {
    await calls.mute({ contact: String(id), muted: !muted });
    sayNote(
      desk,
      muted ? say`${label} is heard again` : say`${label} is muted`,
      muted ? say`` : say`/mute once more takes it back`,
    );
  });
}
