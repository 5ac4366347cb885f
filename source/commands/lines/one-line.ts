import { printable } from '../../core/printable.ts';
import type { Message, Printable } from '../../core/types.ts';
import { messageLine, timeOnly } from '../message-line.ts';

/**
 * One message as one line, however many lines it has: line ends are drawn as signs. Of a notice only the first line stays; the lines below
 * it name keys.
 */
export function oneLine(message: Message, contact: string): string {
  const isNotice = message.kind === 'notice';
  const text = isNotice ? (message.text.split('\n', 1)[0] ?? '') : message.text;
  return messageLine({ ...message, text }, contact, timeOnly, inOneLine);
}

/** Many blanks could fill the row: the text after them would begin the next row, and read as another message. */
function inOneLine(text: string): Printable {
  return printable(text)
    .replaceAll('\n', ' ⏎ ')
    .replaceAll(/[\s\u2800\u3164\u115f\u1160\uffa0]{2,}/gu, ' ') as Printable;
}
