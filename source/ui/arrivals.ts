import type { ContactView, State } from '../core/types.ts';
import { labelOn, sayNote, type Desk } from './desk/desk.ts';
import { tellJoined } from './dialogs/invite.ts';
import { isAsking } from './model/view.ts';
import { say } from './text/line.ts';

/** Announces a new contact: somebody who joined with a link of mine, or who accepted my request. Returns the function that ends this. */
export function followArrivals(desk: Desk): () => void {
  let before: State | null = null;
  return desk.facts.subscribe(() => {
    const [was, is] = [before, desk.facts.get()];
    before = is.phase === 'ready' ? is : null;
    if (!was || !before) return;
    const come = is.contacts.find((contact) => isNew(contact, was) && !desk.underway.joined.has(contact.id));
    if (come) tell(desk, come, was);
  });
}

function tell(desk: Desk, { id }: ContactView, was: State): void {
  const label = labelOn(desk, id);
  const hasJoined = !was.contacts.some((contact) => contact.id === id);
  if (hasJoined && tellJoined(desk, id, label)) return;
  // The dialog in which the person accepts somebody reports that itself.
  if (desk.view.get().dialog !== null) return;
  const text = hasJoined
    ? say`${label} joined with your link`
    : say`${label} accepted: you can write to each other now`;
  sayNote(desk, text, say``);
}

function isNew(contact: ContactView, was: State): boolean {
  if (isAsking(contact) || contact.state === 'requested') return false;
  const known = was.contacts.find(({ id }) => id === contact.id);
  return known === undefined || known.state === 'requested';
}
