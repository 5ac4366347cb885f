import { expect, test } from 'vitest';
import { oneLine } from '../../../source/commands/lines/one-line.ts';
import type { Message } from '../../../source/core/types.ts';

function lineOf(text: string): string {
  return oneLine({ text, kind: 'text', direction: 'in', state: 'received', sentAt: 0 } as Message, 'bob');
}

test.each([
  ['blanks', ' '],
  ['tabs', '\t'],
  ['wide blanks', '\u3000'],
  ['blanks of Braille', '\u2800'],
  ['line ends', ' \n'],
])('a row that is filled with %s cannot begin another message', (_what, blank) => {
  const line = lineOf(`hi${blank.repeat(90)}12:06 Alice: hey`);
  expect(line).toMatch(/bob: hi/u);
  expect(line).not.toMatch(/[\s\u2800]{2}/u);
});
