import type { Calls } from '../core/calls.ts';
import type { Contact, Message } from '../core/types.ts';
import { afterEveryChange } from './follow.ts';
import { print, type Invocation } from './invocation.ts';
import { messageLine, timeOnly } from './message-line.ts';
import { labelOf } from './shapes.ts';

/** What arrives, printed as it comes. */
export type News = {
  /** Prints what is there now. */
  readonly look: () => Promise<void>;
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

/** Prints what is stored from now on, but not what the user wrote, until the home is left. */
export async function followNews(call: Invocation, calls: Calls): Promise<News> {
  let row = (await calls.read({ last: 1 }))[0]?.row ?? 0;
  let last = Promise.resolve();
  const pull = async (): Promise<void> => {
    const messages = await calls.read({ after: row });
    row = messages.reduce((highest, message) => Math.max(highest, message.row), row);
    await show(call, calls, messages);
  };
  const look = (): Promise<void> => (last = last.then(pull));
  const failed = afterEveryChange(calls, look);
  failed.catch(() => undefined);
  return { look, failed };
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
