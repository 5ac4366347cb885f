import type { ContactView, Conversation } from '../core/state.ts';
import type { Frame } from './blocks.ts';
import { attempt, type Desk } from './desk.ts';
import { layoutOf } from './layout.ts';
import { paneWindow, scrolled } from './pane.ts';
import {
  type Anchor,
  contactsInOrder,
  selectedContact,
  type View,
  withoutContact,
  withSelected,
} from './view.ts';

/** Messages above the first one on screen below which older ones are fetched. */
const fetchBelow = 40;

/** Contacts whose older messages are being fetched, and those that are being marked as read. */
const fetching = new WeakMap<Desk, Set<string>>();

/** The contacts that were there when a desk last looked: one that was just added may be chosen before it is in the facts. */
const there = new WeakMap<Desk, ReadonlySet<number>>();

/** Shows the conversation with `contact`, at its newest message; the first unread one is marked. */
export function select(desk: Desk, contact: number | null): void {
  desk.view.update((view) => withSelected(view, contact));
  if (contact !== null) openNewest(desk, contact);
}

/** Shows the conversation `by` places further down the sidebar, round and round. */
export function selectNext(desk: Desk, by: 1 | -1): void {
  const contacts = contactsInOrder(desk.facts.get());
  if (contacts.length === 0) return;
  const at = contacts.findIndex(({ id }) => id === desk.view.get().selected);
  const next = at < 0 ? 0 : (at + by + contacts.length) % contacts.length;
  select(desk, contacts[next]?.id ?? null);
}

/** Shows the next conversation with unread messages, if there is one. */
export function selectUnread(desk: Desk): void {
  const contacts = contactsInOrder(desk.facts.get());
  const at = contacts.findIndex(({ id }) => id === desk.view.get().selected);
  const next = [...contacts.slice(at + 1), ...contacts.slice(0, at + 1)].find(({ unread }) => unread > 0);
  if (next) select(desk, next.id);
}

/** What the pane's rows depend on, for the view as it is. */
export function frameOf(view: View, columns: number): Frame {
  return { columns, now: view.now, mark: view.mark };
}

/** Moves the message pane by `rows` (down is positive), or by pages; fetches older messages near the top. */
export function scroll(desk: Desk, amount: number, unit: 'rows' | 'pages' = 'rows'): void {
  const shown = onScreen(desk);
  if (!shown) return;
  const { conversation, frame, height } = shown;
  const delta = unit === 'rows' ? amount : amount * Math.max(1, height - 2);
  const { anchor } = desk.view.get();
  setAnchor(desk, scrolled(conversation, frame, { height, anchor }, delta));
}

/** Goes to the oldest message in memory, or to the newest. */
export function goTo(desk: Desk, end: 'oldest' | 'newest'): void {
  if (end === 'oldest') scroll(desk, -Infinity);
  else setAnchor(desk, null);
}

function setAnchor(desk: Desk, anchor: Anchor | null): void {
  desk.view.update((view) => ({ ...view, anchor }));
  fetchOlder(desk);
  keepReading(desk);
}

function onScreen(desk: Desk): { conversation: Conversation; frame: Frame; height: number } | null {
  const view = desk.view.get();
  const facts = desk.facts.get();
  const conversation = view.selected === null ? undefined : facts.conversations.get(view.selected);
  if (!conversation) return null;
  const { main, pane } = layoutOf(view, facts);
  return { conversation, frame: frameOf(view, main), height: pane };
}

function fetchOlder(desk: Desk): void {
  const shown = onScreen(desk);
  const { anchor, selected } = desk.view.get();
  const calls = desk.opened()?.calls;
  if (!shown || !anchor || selected === null || !calls || shown.conversation.complete) return;
  const { above } = paneWindow(shown.conversation, shown.frame, shown.height, anchor);
  if (above < fetchBelow) once(desk, `older ${selected}`, () => calls.loadOlder(selected));
}

/** Opens a conversation, which marks it read; the "new messages" line is drawn where the reading had stopped. */
function openNewest(desk: Desk, contact: number): void {
  const calls = desk.opened()?.calls;
  if (!calls) return;
  const unread = desk.facts.get().contacts.find(({ id }) => id === contact)?.unread ?? 0;
  once(desk, `open ${contact}`, async () => {
    await calls.openConversation(contact);
    const readUpTo = desk.opened()?.state.get().conversations.get(contact)?.readUpTo;
    if (unread === 0 || readUpTo === undefined) return;
    desk.view.update((view) => (view.selected === contact ? { ...view, mark: readUpTo } : view));
  });
}

function once(desk: Desk, name: string, work: () => Promise<void>): void {
  const busy = fetching.get(desk) ?? new Set<string>();
  fetching.set(desk, busy);
  if (busy.has(name)) return;
  busy.add(name);
  attempt(desk, async () => {
    try {
      await work();
    } finally {
      busy.delete(name);
    }
  });
}

/** Closes what was forgotten. */
function leaveGone(desk: Desk): void {
  const now = new Set(desk.facts.get().contacts.map(({ id }) => id));
  for (const id of there.get(desk) ?? []) {
    if (!now.has(id)) desk.view.update((view) => withoutContact(view, id));
  }
  there.set(desk, now);
}

/** Keeps up with the facts: chooses the first conversation, and marks what the person is looking at as read. */
export function keepReading(desk: Desk): void {
  leaveGone(desk);
  const view = desk.view.get();
  const facts = desk.facts.get();
  if (facts.phase !== 'ready') return;
  if (view.selected === null && view.dialog === null && !view.closed) {
    const first = contactsInOrder(facts)[0];
    if (first) select(desk, first.id);
    return;
  }
  const contact = selectedContact(view, facts);
  if (contact && isSeen(view, contact)) markRead(desk, contact.id);
}

function isSeen(view: View, contact: ContactView): boolean {
  return contact.unread > 0 && view.focused && view.anchor === null && view.dialog === null;
}

function markRead(desk: Desk, contact: number): void {
  const calls = desk.opened()?.calls;
  if (calls) once(desk, `read ${contact}`, () => calls.markRead(contact));
}

/** Shows the conversation that was open when the screen was locked, anew; the first one where there is none. */
export function readAgain(desk: Desk): void {
  const contact = selectedContact(desk.view.get(), desk.facts.get());
  if (contact) return openNewest(desk, contact.id);
  if (desk.view.get().selected !== null) desk.view.update((view) => ({ ...view, selected: null }));
  keepReading(desk);
}

/** The window has the focus again: what came meanwhile is marked as new, and read. */
export function returnToReading(desk: Desk): void {
  const view = desk.view.get();
  const contact = selectedContact(view, desk.facts.get());
  if (contact && isSeen(view, contact)) openNewest(desk, contact.id);
}
