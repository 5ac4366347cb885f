import type { ContactView, MessageView, State } from '../../core/types.ts';
import { sayNote, type Desk, type Handler } from '../desk/desk.ts';
import { say } from '../text/line.ts';
import { isUnderway, once } from '../desk/once.ts';
import { catchUp, goThere, keepPaged, onScreen, onTheWay, settledAt, shownOn, type Shown } from './paging.ts';
import { aboveAll, paneWindow, scrolled } from './pane.ts';
import {
  contactsInOrder,
  selectedContact,
  withDialog,
  withoutContact,
  withSelected,
  type Anchor,
  type View,
} from '../model/view.ts';
import { withoutToast } from '../model/toast.ts';
import { dialogOf, fieldOf, isDoor, withFocus, type Dialog } from '../model/dialog.ts';

/** Shows the conversation with `contact`, at its newest message, or at the first unread one if there are many. */
export function select(desk: Desk, contact: number | null, goal: Goal | null = null): void {
  desk.view.update((view) => withSelected(view, contact));
  if (contact !== null) openUnread(desk, contact, goal);
}

/** The place to go to in a conversation that is opened: the message of a row, and the work to do there. */
type Goal = { readonly row: number; readonly arrive: (shown: Shown) => void };

/** Shows the conversation `by` places further down the sidebar, round and round. */
export function selectNext(desk: Desk, by: 1 | -1): void {
  const contacts = contactsInOrder(desk.facts.get());
  if (contacts.length === 0)
    return sayNote(desk, say`you have no conversations yet`, say`/invite makes a link`);
  const at = contacts.findIndex(({ id }) => id === desk.view.get().selected);
  const next = at < 0 ? 0 : (at + by + contacts.length) % contacts.length;
  desk.view.update(withoutToast);
  select(desk, contacts[next]?.id ?? null);
}

/** Shows the next conversation with unread messages, if there is one. */
export function selectUnread(desk: Desk): void {
  const contacts = contactsInOrder(desk.facts.get());
  const at = contacts.findIndex(({ id }) => id === desk.view.get().selected);
  const next = [...contacts.slice(at + 1), ...contacts.slice(0, at + 1)].find(({ unread }) => unread > 0);
  if (!next) return sayNote(desk, say`no unread messages`, say``);
  select(desk, next.id);
}

/** Moves the message pane by `rows` (down is positive), or by pages. */
export function scroll(desk: Desk, amount: number, unit: 'rows' | 'pages' = 'rows'): void {
  const shown = onScreen(desk);
  if (!shown) return;
  const { conversation, frame, height } = shown;
  const delta = unit === 'rows' ? amount : amount * Math.max(1, height - 2);
  const { anchor } = desk.view.get();
  setAnchor(desk, scrolled(conversation, frame, { height, anchor }, delta));
}

/** Goes to the oldest message there is, or to the newest. */
export function goTo(desk: Desk, end: 'oldest' | 'newest'): void {
  const shown = onScreen(desk);
  if (!shown) return;
  const arrive = end === 'oldest' ? atOldest(desk) : () => setAnchor(desk, null);
  const { complete, latest } = shown.conversation;
  if (end === 'oldest' ? complete : latest) arrive(shown);
  else goThere(desk, end, arrive);
}

function atOldest(desk: Desk) {
  return (shown: Shown): void => {
    const [first] = shown.conversation.messages;
    if (first) setAnchor(desk, settledAt(shown, { row: first.row, at: aboveAll }));
  };
}

/** Puts the row of `anchor` on top of the pane (null: follows the newest message), and moves the window along. */
export function setAnchor(desk: Desk, anchor: Anchor | null): void {
  desk.view.update((view) => ({ ...view, anchor }));
  keepReading(desk);
}

/**
 * Opens a conversation; the "new messages" line is drawn where the person had stopped reading, and at the top of the pane if much is
 * new.
 */
function openUnread(desk: Desk, contact: number, goal: Goal | null = null): void {
  const client = desk.opened();
  if (!client) return;
  const opening = async (): Promise<void> => {
    const { caughtUp } = client.state.get();
    await client.calls.openConversation(contact);
    if (goal) await client.calls.showAt(contact, goal.row);
    catchUp(desk);
    desk.view.update((view) => (view.selected === contact ? atUnread(desk, view) : view));
    const shown = onScreen(desk);
    if (shown?.contact !== contact) return;
    if (goal) goal.arrive(shown);
    else if (!caughtUp) hold(desk, shown);
  };
  once(
    desk,
    openingOf(contact),
    () => onTheWay(desk, opening),
    () => keepReading(desk),
  );
}

/** Keeps the pane where it is: messages that stream in now are unread, and are shown from the first one on when all of them are there. */
function hold(desk: Desk, { conversation, frame, height }: Shown): void {
  const { rows } = paneWindow(conversation, frame, height, desk.view.get().anchor);
  const [top] = rows;
  const anchor = top ? { row: top.row, at: top.at } : null;
  desk.underway.held = { anchor };
  desk.view.update((view) => ({ ...view, anchor }));
}

/** Opens the conversation on the screen again once everything is there, unless the person went somewhere else meanwhile. */
function letGo(desk: Desk, contact: ContactView): void {
  const { held } = desk.underway;
  if (!held || !desk.facts.get().caughtUp) return;
  desk.underway.held = null;
  if (desk.view.get().anchor === held.anchor) openUnread(desk, contact.id);
}

function openingOf(contact: number): string {
  return `open ${contact}`;
}

/**
 * The view with the "new messages" line above the first new message, if there is one; that message is at the top of the pane when not
 * all new ones fit.
 */
function atUnread(desk: Desk, view: View): View {
  const known = shownOn(view, desk.facts.get())?.conversation;
  const first = known?.messages.find((message) => isNew(message, known.readUpTo));
  if (!first) return { ...view, anchor: null };
  const mark = first.row - 1;
  const shown = shownOn({ ...view, mark }, desk.facts.get());
  return { ...view, mark, anchor: shown && settledAt(shown, { row: first.row, at: aboveAll }) };
}

function isNew({ row, direction, kind }: MessageView, readUpTo: number): boolean {
  return direction === 'in' && kind === 'text' && row > readUpTo;
}

/** Closes the conversations of contacts that were forgotten. */
function leaveGone(desk: Desk): void {
  const now = new Set(desk.facts.get().contacts.map(({ id }) => id));
  for (const id of desk.underway.contacts) {
    if (!now.has(id)) desk.view.update((view) => withoutContact(view, id));
  }
  desk.underway.contacts = now;
}

/** Keeps up with the facts: chooses the first conversation, and marks the messages that the person is looking at as read. */
export function keepReading(desk: Desk): void {
  leaveGone(desk);
  const view = desk.view.get();
  const facts = desk.facts.get();
  if (facts.phase !== 'ready') return;
  if (view.selected === null && view.dialog === null && !view.closed) return selectFirst(desk, facts);
  keepPaged(desk);
  const contact = selectedContact(view, facts);
  if (contact) letGo(desk, contact);
  if (contact && facts.caughtUp && isSeen(view, contact)) markRead(desk, contact.id);
}

/** Keys that were typed ahead may name somebody: until they have counted, nobody of several is chosen (decision 0052). */
function selectFirst(desk: Desk, facts: State): void {
  const [first, ...others] = contactsInOrder(facts);
  const waits = desk.underway.typedAhead && others.length > 0;
  if (first && !waits) select(desk, first.id);
}

function isSeen(view: View, contact: ContactView): boolean {
  return contact.unread > 0 && view.focused && view.anchor === null && view.dialog === null;
}

/** Takes the "new messages" line away with the first key after everything below it was read. */
export function dropMark(desk: Desk): void {
  const view = desk.view.get();
  if (view.mark === null || view.anchor !== null || view.dialog !== null || !view.focused) return;
  if (selectedContact(view, desk.facts.get())?.unread === 0)
    desk.view.update((now) => ({ ...now, mark: null }));
}

/** Marks a conversation as read, but not while it is being opened: its new messages must be found first. */
function markRead(desk: Desk, contact: number): void {
  const calls = desk.opened()?.calls;
  if (calls && !isUnderway(desk, openingOf(contact)))
    once(desk, `read ${contact}`, () => calls.markRead(contact));
}

/** Shows again the conversation that was open when the screen was locked; the first one where there is none. */
export function readAgain(desk: Desk): void {
  const contact = selectedContact(desk.view.get(), desk.facts.get());
  if (contact) return openUnread(desk, contact.id);
  if (desk.view.get().selected !== null) desk.view.update((view) => ({ ...view, selected: null }));
  keepReading(desk);
}

/** The window has the focus again: marks the messages that came meanwhile as new, and as read. */
export function returnToReading(desk: Desk): void {
  const view = desk.view.get();
  const contact = selectedContact(view, desk.facts.get());
  if (contact && isSeen(view, contact)) openUnread(desk, contact.id);
}

/** Opens `dialog` in place of the one that is open. */
export function open(desk: Desk, dialog: Dialog): void {
  desk.view.update((view) => withDialog(view, dialog));
}

/** Closes the open dialog, if it is one that can be closed. */
export function close(desk: Desk): void {
  desk.view.update((view) => {
    const { dialog } = view;
    if (!dialog || !isDoor(dialog)) return withDialog(view, null);
    return dialog.step === null ? view : { ...view, dialog: { ...dialog, step: null } };
  });
  keepReading(desk);
}

/** Scrolls the open panel by `rows`; drawing stops it at the end. */
export function scrollPanel(rows: number): Handler {
  return (desk, event) => {
    const pages = event.type === 'key' && event.name.startsWith('page') ? desk.view.get().rows - 6 : 1;
    const by = rows * (event.type === 'wheel' ? 3 : pages);
    desk.view.update((view) => {
      if (!view.dialog) return view;
      return { ...view, dialog: { ...view.dialog, scroll: Math.max(0, view.dialog.scroll + by) } };
    });
  };
}

/** Moves the cursor of the open form to another line. */
export function moveFocus(by: 1 | -1): Handler {
  return (desk) =>
    desk.view.update((view) => (view.dialog ? { ...view, dialog: withFocus(view.dialog, by) } : view));
}

/** The list of keys and commands; commands/help.ts says what is on it. */
export const helpSheet = { kind: 'help', shape: 'sheet' } as const;

/** Opens the list of keys and commands. */
export function openHelp(desk: Desk): void {
  open(desk, dialogOf(helpSheet, { uses: new Map(desk.underway.uses) }, [fieldOf('query', say`❯`)]));
}
