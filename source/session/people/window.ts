import { limits } from '../../core/limits.ts';
import { printable } from '../../core/printable.ts';
import type { Conversation, Message, MessageView, WindowPlace } from '../../core/types.ts';
import { contactOf } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { page } from '../../store/messages.ts';
import { gapSince } from '../../store/order.ts';
import { firstUnread, pageFrom, spotOf } from '../../store/pages.ts';
import type { Context } from '../work/work.ts';

/** The window of one conversation, read again; texts that were already made printable are reused. */
export function viewConversation(
  { database, windows }: Pick<Context, 'database' | 'windows'>,
  contactId: number,
  before: Conversation | undefined,
): Conversation {
  const at = windows.get(contactId) ?? 'newest';
  const { rows, complete, latest } = readWindow(database, contactId, at);
  const known = new Map(before?.messages.map((message) => [message.row, message]));
  const messages = withoutHeldBack(rows, Date.now()).map((row) => viewMessage(row, known.get(row.row)));
  const readUpTo = before?.readUpTo ?? contactOf(database, contactId).readRow;
  const same = before && isSameList(messages, before.messages) ? before.messages : messages;
  return ifChanged(before, { messages: same, at, complete, latest, readUpTo });
}

/** Where a conversation opens: at its newest messages, or around the first unread one where that is not among them. */
export function openingPlace(database: Database, contactId: number): WindowPlace {
  const first = firstUnread(database, contactId, contactOf(database, contactId).readRow);
  if (first === null) return 'newest';
  const isThere = newest(database, contactId).rows.some(({ row }) => row === first);
  return isThere ? 'newest' : first;
}

type Read = Pick<Conversation, 'complete' | 'latest'> & { readonly rows: readonly Message[] };

/** Ask for one row more than is shown on either side, to learn whether there are more. */
function readWindow(database: Database, contactId: number, at: WindowPlace): Read {
  if (at === 'newest') return newest(database, contactId);
  if (at === 'oldest') {
    const count = limits.windowRows;
    const rows = pageFrom(database, contactId, { from: { place: 0, seq: 0 }, count: count + 1 });
    return { rows: rows.slice(0, count), complete: true, latest: rows.length <= count };
  }
  const spot = spotOf(database, contactId, at);
  return spot ? around(database, contactId, spot) : newest(database, contactId);
}

function newest(database: Database, contactId: number): Read {
  const count = limits.pageRows;
  const rows = page(database, contactId, { before: null, count: count + 1 });
  return { rows: rows.slice(-count), complete: rows.length <= count, latest: true };
}

function around(database: Database, contactId: number, spot: { place: number; seq: number }): Read {
  const half = limits.windowRows / 2;
  const older = page(database, contactId, { before: spot, count: half + 1 });
  const newer = pageFrom(database, contactId, { from: spot, count: half + 1 });
  return {
    rows: [...older.slice(-half), ...newer.slice(0, half)],
    complete: older.length <= half,
    latest: newer.length <= half,
  };
}

function viewMessage(message: Message, known: MessageView | undefined): MessageView {
  const same =
    known?.state === message.state &&
    known.place === message.place &&
    known.missingBefore === message.missingBefore;
  if (known && same) return known;
  return { ...message, text: known?.text ?? printable(message.text) };
}

/** A message that came before its predecessor is held back for a moment, with all that comes after it. PROTOCOL.md "Content". */
function withoutHeldBack(rows: readonly Message[], now: number): readonly Message[] {
  const gap = rows.find((row) => row.missingBefore > 0 && heldForMs(row, now) > 0);
  return gap ? rows.filter((row) => row.direction === 'out' || row.seq < gap.seq) : rows;
}

/** How much longer to hold back a message behind a gap; 0 when the clock was set back since it came. */
function heldForMs({ receivedAt }: Message, now: number): number {
  return receivedAt === null || receivedAt > now ? 0 : receivedAt + limits.holdBackMs - now;
}

/** Time until a message that is held back can be shown, in ms; null when there is none. */
export function heldBackForMs(database: Database, contactId: number): number | null {
  const { storedUpTo } = contactOf(database, contactId);
  if (gapSince(database, contactId, storedUpTo) === null) return null;
  const now = Date.now();
  const rows = page(database, contactId, { before: null, count: limits.pageRows });
  const gaps = rows.filter((row) => row.missingBefore > 0).map((row) => heldForMs(row, now));
  const waiting = gaps.filter((ms) => ms > 0);
  return waiting.length > 0 ? Math.min(...waiting) : null;
}

/** The old value when nothing in it changed, so subscribers hear only of real changes. */
export function ifChanged<Value extends object>(before: Value | undefined, after: Value): Value {
  if (!before) return after;
  const keys = Object.keys(after) as Array<keyof Value>;
  return keys.every((key) => Object.is(before[key], after[key])) ? before : after;
}

/** Tells whether two lists hold the same values. */
export function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
