import { printable, printableLine } from '../../core/printable.ts';
import type { ContactView, Message, Printable, State } from '../../core/types.ts';
import { attempt, labelOn, type Desk } from '../desk/desk.ts';
import { isAsking } from '../model/view.ts';
import { say } from '../text/line.ts';
import type { Modes } from './modes.ts';
import { asciiOf } from '../text/ascii.ts';

/** For this long after a notification, more messages of the same contact cause none. */
const quietMs = 5000;
const previewCells = 80;
/** Number of newest messages, of all contacts, among which the one to show is looked for. */
const newest = 50;

/** The means of telling news: the clock in ms since 1970, and the function that shows one line. */
export type Telling = { readonly now: () => number; readonly tell: (text: Printable) => void };

/**
 * Tells of messages that come while the window has no focus, at most once in a few seconds for each contact. A terminal that never says
 * whether it has the focus counts as one that has. People who only ask to be let in are not announced: a stranger rings no bell.
 */
export function followNews(desk: Desk, { now, tell }: Telling): () => void {
  const told = new Map<number, number>();
  let before: State | null = null;
  const isDue = (contact: ContactView): boolean => {
    const last = told.get(contact.id);
    return last === undefined || Math.abs(now() - last) >= quietMs;
  };
  return desk.facts.subscribe(() => {
    const [was, is] = [before, desk.facts.get()];
    before = is.phase === 'ready' ? is : null;
    const { focused, settings } = desk.view.get();
    if (!was || !before || focused || settings.notifications === 'off') return;
    for (const contact of is.contacts) {
      if (!hasNews(contact, was) || !isDue(contact)) continue;
      told.set(contact.id, now());
      if (settings.notifications === 'name') tell(say`${labelOn(desk, contact.id)}: new message`);
      else tellText(desk, contact, tell);
    }
  });
}

function hasNews(contact: ContactView, was: State): boolean {
  if (isAsking(contact) || contact.muted) return false;
  return contact.unread > (was.contacts.find(({ id }) => id === contact.id)?.unread ?? 0);
}

function tellText(desk: Desk, contact: ContactView, tell: Telling['tell']): void {
  const calls = desk.opened()?.calls;
  if (!calls) return;
  attempt(desk, async () => {
    const messages = await calls.read({ last: newest });
    // The client may be locked by now.
    if (desk.opened()?.calls !== calls) return;
    const message = messages.findLast((one) => one.contactId === contact.id && isText(one));
    const text = message ? firstLine(message.text) : say`new message`;
    tell(say`${labelOn(desk, contact.id)}: ${text}`);
  });
}

function isText({ direction, kind }: Message): boolean {
  return direction === 'in' && kind === 'text';
}

function firstLine(text: string): Printable {
  const lines = printable(text).split('\n');
  return printableLine(lines.find((line) => line.trim() !== '') ?? '', previewCells);
}

/** The title of the window: the program, my name, and the number of unread messages. Nothing that a peer wrote is in it. */
function windowTitle({ phase, name, contacts }: State): Printable {
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
