import type { Message } from '../core/types.ts';
import { sayIfDeaf } from './deaf.ts';
import { print, type Invocation } from './invocation.ts';
import { afterEveryChange, withHome } from './with-home.ts';
import { noteSeen } from './seen.ts';
import type { Calls } from '../core/calls.ts';
import { dayAndTime, messageLine } from './message-line.ts';
import { jsonLine, labelOf, messageJson } from './shapes.ts';

/**
 * `read`: the history, one message a line; --follow keeps printing new messages until interrupted. Printed messages count as read, unless
 * --peek.
 */
export async function read(call: Invocation): Promise<void> {
  const { follow = false, peek = false, last } = call.flags;
  await withHome(call, follow ? 'supervise' : 'read', async (reached) => {
    const { calls } = reached;
    const [contact] = call.words;
    const of = contact === undefined ? { peek: true } : { contact, peek: true };
    const show = async (messages: readonly Message[]): Promise<void> => {
      await showMessages(call, calls, messages);
      if (!peek) await noteSeen(call, calls, messages);
    };
    const history = await calls.read(last === undefined ? of : { ...of, last: Math.max(1, last) });
    await show(last === 0 ? [] : history);
    let row = highestRow(history, 0);
    const showNews = async (): Promise<void> => {
      const news = await calls.read({ ...of, after: row });
      row = highestRow(news, row);
      await show(news);
    };
    if (follow) await Promise.all([afterEveryChange(calls, showNews), sayIfDeaf(call, reached)]);
  });
}

function highestRow(messages: readonly Message[], least: number): number {
  return messages.reduce((highest, { row }) => Math.max(highest, row), least);
}

/** Prints messages of any contacts, one a line: as JSON with --json, else for people. */
export async function showMessages(
  call: Invocation,
  calls: Calls,
  messages: readonly Message[],
): Promise<void> {
  if (messages.length === 0) return;
  const labels = new Map((await calls.contacts()).map((contact) => [contact.id, labelOf(contact)]));
  for (const message of messages) {
    const label = labels.get(message.contactId) ?? '';
    print(
      call,
      call.flags.json ? jsonLine(messageJson(message, label)) : messageLine(message, label, dayAndTime),
    );
  }
}
