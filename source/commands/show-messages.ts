import type { Calls } from '../core/calls.ts';
import type { Message } from '../core/types.ts';
import { print, type Invocation } from './invocation.ts';
import { dayAndTime, messageLine } from './message-line.ts';
import { jsonLine, labelOf, messageJson } from './shapes.ts';

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
