import type { Calls } from '../core/calls.ts';
import type { Contact, Message } from '../core/types.ts';
import { print, type Invocation } from './invocation.ts';
import { messageLine, timeOnly } from './message-line.ts';
import { labelOf } from './shapes.ts';

/** How long one wait for news lasts; only a bound on what a missed wake-up costs. */
const waitMs = 5000;

/** What arrives, printed as it comes. */
export type News = {
  /** Prints what is there, and ends. */
  readonly end: () => Promise<void>;
  /** Rejected when following fails; never answers otherwise. */
  readonly failed: Promise<never>;
};

/** Prints what was not read yet, which also makes it read. */
export async function showUnread(call: Invocation, calls: Calls): Promise<void> {
  for (const contact of await calls.contacts()) {
    if (contact.unread === 0) continue;
    const label = labelOf(contact);
    for (const message of await calls.read({ contact: label, last: contact.unread })) {
      print(call, messageLine(message, label, timeOnly));
    }
  }
}

/** Prints what is stored from now on, but not what the user wrote, until it is ended. */
export async function followNews(call: Invocation, calls: Calls): Promise<News> {
  const failed = Promise.withResolvers<never>();
  let row = (await calls.read({ last: 1 }))[0]?.row ?? 0;
  const ended = new AbortController();
  let last = Promise.resolve();
  const pull = async (): Promise<void> => {
    const messages = await calls.read({ after: row });
    row = messages.reduce((highest, message) => Math.max(highest, message.row), row);
    await show(call, calls, messages);
  };
  const next = (): Promise<void> => (last = last.then(pull));
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const change = calls.changed({ timeoutMs: waitMs });
      await next();
      await change;
    }
  };
  loop().catch(failed.reject);
  failed.promise.catch(() => undefined);
  return {
    failed: failed.promise,
    async end() {
      ended.abort();
      await next();
    },
  };
}

async function show(call: Invocation, calls: Calls, messages: readonly Message[]): Promise<void> {
  const news = messages.filter(({ direction, kind }) => direction === 'in' || kind === 'notice');
  if (news.length === 0) return;
  const contacts = new Map<number, Contact>((await calls.contacts()).map((contact) => [contact.id, contact]));
  for (const message of news) {
    const contact = contacts.get(message.contactId);
    if (contact) print(call, messageLine(message, labelOf(contact), timeOnly));
  }
  for (const id of new Set(news.map(({ contactId }) => contactId))) {
    const contact = contacts.get(id);
    // Reading is what makes it read.
    if (contact) await calls.read({ contact: labelOf(contact), last: 1 });
  }
}
