import type { State } from '../../core/state.ts';
import type { Printable } from '../../core/types.ts';
import type { Desk } from '../desk/desk.ts';
import type { Modes } from './modes.ts';
import { asciiOf } from '../text/ascii.ts';
import { say } from '../text/say.ts';

/** The title of the window: the program, my name, and the number of unread messages. Nothing that a peer wrote is in it. */
export function windowTitle({ phase, name, contacts }: State): Printable {
  if (phase !== 'ready') return say`cryptochat`;
  const unread = contacts.reduce((sum, contact) => sum + (contact.muted ? 0 : contact.unread), 0);
  return unread > 0 ? say`(${unread}) cryptochat — ${name}` : say`cryptochat — ${name}`;
}

/** Keeps the title of the window up to date. */
export function followTitle(desk: Desk, modes: Modes): () => void {
  const update = (): void => {
    const title = windowTitle(desk.facts.get());
    modes.title(desk.view.get().terminal.isAscii ? asciiOf(title) : title);
  };
  update();
  return desk.facts.subscribe(update);
}
