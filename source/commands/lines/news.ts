import type { Calls } from '../../core/calls.ts';
import { printableLine } from '../../core/printable.ts';
import type { Contact, Message } from '../../core/types.ts';
import { print, say, type Invocation } from '../invocation.ts';
import { afterEveryChange } from '../with-home.ts';
import { oneLine } from './one-line.ts';
import { isAsking } from './people.ts';
import { noteSeen } from '../seen.ts';
import { createTracking, type Tracking } from './states.ts';
import { labelOf, stateWords } from '../shapes.ts';

/** New messages and changes, printed as they come. */
type News = {
  /** Prints everything that is new now. */
  readonly look: () => Promise<void>;
  /** Rejected when following fails; never resolves otherwise. */
  readonly failed: Promise<never>;
};

/** The row up to which everything is stored now. */
export async function newestRow(calls: Calls): Promise<number> {
  return (await calls.read({ last: 1 }))[0]?.row ?? 0;
}

/** Prints unread messages stored up to row `upTo`; they count as read afterwards. Says who asks to be let in. */
export async function showUnread(call: Invocation, calls: Calls, upTo = Infinity): Promise<void> {
  const contacts = await calls.contacts();
  for (const contact of contacts) {
    if (contact.unread === 0) continue;
    const stored = await calls.read({ contact: String(contact.id), unread: true, peek: true });
    await show(
      call,
      calls,
      stored.filter(({ row }) => row <= upTo),
      [contact],
    );
  }
  for (const line of changeLines([], contacts.filter(isAsking))) say(call, line);
}

/**
 * Prints messages stored after row `from`, except the user's own, until the home is left; and reports on the user's own. Does `after` behind
 * each look.
 */
export async function followNews(
  call: Invocation,
  calls: Calls,
  from: number,
  after: () => Promise<void> = () => Promise.resolve(),
): Promise<News> {
  let row = from;
  let known = await calls.contacts();
  let last = Promise.resolve();
  const tracking = createTracking();
  const pull = async (): Promise<void> => {
    const messages = await calls.read({ after: row });
    row = messages.reduce((highest, message) => Math.max(highest, message.row), row);
    const contacts = await calls.contacts();
    await show(call, calls, messages, contacts);
    for (const line of [...joinedLines(known, contacts), ...changeLines(known, contacts)]) say(call, line);
    known = contacts;
    await tellStates(call, calls, tracking, { messages, contacts });
    await after();
  };
  const look = (): Promise<void> => (last = last.then(pull));
  const failed = afterEveryChange(calls, look);
  failed.catch(() => undefined);
  return { look, failed };
}

async function show(
  call: Invocation,
  calls: Calls,
  messages: readonly Message[],
  contacts: readonly Contact[],
): Promise<void> {
  const news = messages.filter(({ direction, kind }) => direction === 'in' || kind === 'notice');
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  for (const message of news) {
    const contact = byId.get(message.contactId);
    if (contact) print(call, oneLine(message, labelOf(contact)));
  }
  await noteSeen(call, calls, news);
}

async function tellStates(
  call: Invocation,
  calls: Calls,
  tracking: Tracking,
  { messages, contacts }: { readonly messages: readonly Message[]; readonly contacts: readonly Contact[] },
): Promise<void> {
  tracking.add(messages, Date.now());
  const labels = new Map(contacts.map((contact) => [contact.id, printableLine(labelOf(contact))]));
  const stateOf = (id: string) => calls.wait({ id, want: 'delivered', timeoutMs: 0 });
  for (const line of await tracking.look(stateOf, labels, Date.now())) say(call, line);
}

/** Lines about contacts that can be written to now and could not before, through a link of either side. */
export function joinedLines(
  before: ReadonlyArray<Pick<Contact, 'id' | 'state'>>,
  now: ReadonlyArray<Pick<Contact, 'id' | 'state' | 'name' | 'alias'>>,
): readonly string[] {
  const met = new Set(before.filter(({ state }) => state !== 'requested').map(({ id }) => id));
  return now
    .filter(({ id, state }) => state !== 'requested' && !met.has(id))
    .map((contact) => `You and ${printableLine(labelOf(contact))} can write to each other now.`);
}

/** Lines about people: those who ask now and did not before, and those whose identity is surer or less sure now. */
export function changeLines(
  before: ReadonlyArray<Pick<Contact, 'id' | 'state'>>,
  now: ReadonlyArray<Pick<Contact, 'id' | 'state' | 'request' | 'name' | 'alias'>>,
): readonly string[] {
  const states = new Map(before.map(({ id, state }) => [id, state]));
  return now.flatMap((contact) => {
    const label = printableLine(labelOf(contact));
    const old = states.get(contact.id);
    if (old === contact.state) return [];
    if (isAsking(contact))
      return [`${label} wants to be your contact: /accept ${label} or /decline ${label}`];
    return old === undefined ? [] : [`${label}: ${stateWords[contact.state]}`];
  });
}
