import { mentions } from '../../core/mentions.ts';
import { nameInLine } from '../../core/name-in-line.ts';
import { isMutedAt } from '../../core/notify-choice.ts';
import { isQuietAt } from '../../core/quiet-hours.ts';
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
/** The most messages of a contact among which new ones are looked for, and how many of the newest may be the user's own, or notices. */
const newest = 200;
const others = 20;

/** The means of telling news: the clock in ms since 1970, and the function that shows one line. */
type Telling = { readonly now: () => number; readonly tell: (text: Printable) => void };

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
  const announce = (contact: ContactView, text: Printable): void => {
    // It may have been told while the messages were read.
    if (!isDue(contact)) return;
    told.set(contact.id, now());
    tell(say`${nameInLine(labelOn(desk, contact.id))}: ${text}`);
  };
  const stopLooking = desk.view.subscribe(() => {
    // A person who has looked is told of the next message at once.
    if (desk.view.get().focused) told.clear();
  });
  const stopFollowing = desk.facts.subscribe(() => {
    const [was, is] = [before, desk.facts.get()];
    before = is.phase === 'ready' ? is : null;
    const { settings } = desk.view.get();
    if (!was || !before || isSilent(desk, now())) return;
    for (const contact of is.contacts) {
      const count = newsOf(contact, was, now());
      if (count === 0 || !isDue(contact)) continue;
      if (settings.notifications === 'name' && contact.notifyWord === null)
        announce(contact, say`new message`);
      else tellText(desk, contact, count, announce);
    }
  });
  return () => {
    stopLooking();
    stopFollowing();
  };
}

/** Tells whether nothing is to be told now: the person is looking, or wants to hear nothing. */
function isSilent({ view }: Desk, now: number): boolean {
  const { focused, settings } = view.get();
  return focused || settings.notifications === 'off' || isQuietAt(settings.quiet_hours, now);
}

/** How many messages of a contact are new and may be announced. */
function newsOf(contact: ContactView, was: State, now: number): number {
  if (isAsking(contact) || isMutedAt(contact, now)) return 0;
  return Math.max(0, contact.unread - (was.contacts.find(({ id }) => id === contact.id)?.unread ?? 0));
}

/** Announces the newest of `count` new messages, or of those among them that have the contact's word. */
function tellText(
  desk: Desk,
  contact: ContactView,
  count: number,
  announce: (contact: ContactView, text: Printable) => void,
): void {
  const calls = desk.opened()?.calls;
  if (!calls) return;
  attempt(desk, async () => {
    const last = Math.min(newest, count + others);
    const read = await calls.read({ contact: String(contact.id), last, peek: true });
    // The client may be locked by now, and the contact be forgotten.
    if (desk.opened()?.calls !== calls) return;
    const texts = read.filter((one) => one.contactId === contact.id && isText(one));
    const { notifyWord: word } = contact;
    const message =
      word === null ? texts.at(-1) : texts.slice(-count).findLast(({ text }) => mentions(text, word));
    if (!message && word !== null) return;
    const isShown = desk.view.get().settings.notifications === 'preview';
    announce(contact, message && isShown ? firstLine(message.text) : say`new message`);
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
