import type { ContactView, State } from '../core/types.ts';
import { labelOn, sayNote, type Desk } from './desk/desk.ts';
import { isAsking } from './model/view.ts';
import { say } from './text/line.ts';

/** Announces a new contact: somebody who joined with a link of mine, or who accepted my request. Returns the function that ends this. */
export function followArrivals(desk: Desk): () => void {
  let before: State | null = null;
  return desk.facts.subscribe(() => {
    const [was, is] = [before, desk.facts.get()];
    before = is.phase === 'ready' ? is : null;
    // A dialog in which the person joins or accepts somebody says so itself.
    if (!was || !before || desk.view.get().dialog !== null) return;
    const come = is.contacts.find((contact) => isNew(contact, was));
    if (come) sayNote(desk, say`you and ${labelOn(desk, come.id)} can write to each other now`, say``);
  });
}

function isNew(contact: ContactView, was: State): boolean {
  if (isAsking(contact) || contact.state === 'requested') return false;
  const known = was.contacts.find(({ id }) => id === contact.id);
  return known === undefined || known.state === 'requested';
}
