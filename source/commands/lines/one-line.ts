import { printable } from '../../core/printable.ts';
import type { Message, Printable } from '../../core/types.ts';
import { messageLine, timeOnly } from '../message-line.ts';

/** One message as one line, however many it has: its line ends are drawn. A line of the program is without the keys that it names. */
export function oneLine(message: Message, contact: string): string {
  const isNotice = message.kind === 'notice';
  const text = isNotice ? (message.text.split('\n', 1)[0] ?? '') : message.text;
  return messageLine({ ...message, text }, contact, timeOnly, inOneLine);
}

function inOneLine(text: string): Printable {
  return printable(text).replaceAll('\n', ' ⏎ ') as Printable;
}
