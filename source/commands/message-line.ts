import { nameInLine } from '../core/name-in-line.ts';
import { printable, printableLine } from '../core/printable.ts';
import type { Message, MessageState, Printable } from '../core/types.ts';
import { isoTime } from './shapes.ts';

const marks: Record<MessageState, string> = {
  queued: ' · queued',
  kept: ' ▫',
  sent: ' ✓',
  delivered: ' ✓✓',
  failed: ' ✗ not sent',
  received: '',
};

/**
 * One message for people: `2026-07-04 09:41 bob: text`, further lines indented under the text so they cannot pass for another message.
 * `contact` is the user's name for the contact; `time` formats the time; `drawn` makes the text printable: cut to the height of a screen,
 * unless told otherwise.
 */
export function messageLine(
  message: Message,
  contact: string,
  time: (ms: number) => string,
  drawn: (text: string) => Printable = printable,
): string {
  const at = time(message.receivedAt ?? message.sentAt);
  const name = nameInLine(printableLine(contact));
  if (message.kind === 'notice')
    return `${at} — ${name}: ${printableLine(message.text.replaceAll('\n', ' '))}`;
  const who = message.direction === 'in' ? name : `you → ${name}`;
  const [first = '', ...more] = drawn(message.text).split('\n');
  const lines = [`${at} ${who}: ${first}`, ...more.map((line) => `${' '.repeat(at.length)} │ ${line}`)];
  return lines.join('\n') + marks[message.state];
}

/** Local date and time, 2026-07-04 09:41. */
export function dayAndTime(ms: number): string {
  if (isoTime(ms) === null) return '????-??-?? ??:??';
  const date = new Date(ms);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${timeOnly(ms)}`;
}

/** Local time, 09:41. */
export function timeOnly(ms: number): string {
  if (isoTime(ms) === null) return '??:??';
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
