import { describe, expect, test } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import { createLineEditor } from '../../../source/commands/lines/line-editor.ts';

/** An editor on a row of `columns`, with what it tells and the row that its echo draws. */
function editor(columns = 80, charset = 'utf-8') {
  const told: unknown[] = [];
  const rows = [''];
  let at = 0;
  const echo = (text: string): void => {
    for (const sign of text) {
      if (sign === '\n') {
        rows.push('');
        at = 0;
      } else if (sign === '\b') at -= 1;
      else {
        const row = rows.at(-1) ?? '';
        rows[rows.length - 1] = row.slice(0, at) + sign + row.slice(at + 1);
        at += 1;
      }
    }
  };
  const one = createLineEditor({
    charset,
    echo,
    redraw: () => echo(`\n${one.typed()}`),
    fits: () => one.typed().length < columns,
    line: (line) => told.push(line),
    ask: (what) => told.push(`asks to ${what}`),
  });
  const type = (...reads: readonly (string | Uint8Array)[]): void => {
    for (const read of reads) one.take(Buffer.from(read));
  };
  return { type, told, typed: one.typed, rows: () => rows.map((row) => row.trimEnd()) };
}

describe('a line that is typed', () => {
  test.each([
    ['is told when it ends', ['hello\r'], ['hello'], ['hello', '']],
    ['loses its last letter', ['helloo\u007f\r'], ['hello'], ['hello', '']],
    ['loses its last word', ['hello old friend\u0017\r'], ['hello old '], ['hello old', '']],
    ['is emptied', ['nonsense\u0015hello\r'], ['hello'], ['hello', '']],
    ['has no arrows in it', ['a\u001b[D\u001b[1;5Cb\u001bOP\r'], ['ab'], ['ab', '']],
    ['keeps its tabs', ['a\tb\r'], ['a\tb'], ['a b', '']],
    ['ends once with both halves of a line end', ['one\r\ntwo\r'], ['one', 'two'], ['one', 'two', '']],
    [
      'has no half of an arrow in it',
      ['a\u001b', '[', 'A\u001b[1;', '5Cb\u001bO', 'Pc\r'],
      ['abc'],
      ['abc', ''],
    ],
    [
      'has no answer of the terminal in it',
      ['a\u001b]11;rgb:0/0/0\u0007b\u001bP>|x\u001b\\c\r'],
      ['abc'],
      ['abc', ''],
    ],
    ['has no half of an answer in it', ['a\u001b]11;rgb', ':0/0/0\u001b', '\\b\r'], ['ab'], ['ab', '']],
    [
      'ends behind Esc in one read',
      ['one\u001b\rtwo\u001b[\rthree\u001b]1\r'],
      ['one', 'two', 'three1'],
      ['one', 'two', 'three1', ''],
    ],
    ['keeps what is typed behind Esc', ['a\u001b', 'Oh no\r'], ['aOh no'], ['aOh no', '']],
    ['may come in any pieces', ['h', 'i', '\r'], ['hi'], ['hi', '']],
  ])('%s', (_what, reads, told, rows) => {
    const one = editor();
    one.type(...reads);
    expect(one.told).toEqual(told);
    expect(one.rows()).toEqual(rows);
  });

  test('is refused as a whole when it is not text in the encoding of the terminal', () => {
    const one = editor();
    one.type('ab', Uint8Array.of(0xff), 'c\rnext\r');
    expect(one.told).toEqual([null, 'next']);
  });

  test('takes a letter of several bytes in pieces, and gives it up as a whole', () => {
    const one = editor();
    const [first, ...rest] = Buffer.from('é');
    one.type(Uint8Array.of(first ?? 0), Uint8Array.from(rest));
    expect(one.typed()).toBe('é');
    one.type('👩‍👧\u007f\r');
    expect(one.told).toEqual(['é']);
  });

  test('is drawn again when it is longer than a row and something is deleted', () => {
    const one = editor(4);
    one.type('abcdef\u007f\r');
    expect(one.told).toEqual(['abcde']);
    expect(one.rows()).toEqual(['abcdef', 'abcde', '']);
  });
});

test('reports keys that do not type: Ctrl+C, Ctrl+Z, and Ctrl+D on an empty line', () => {
  const one = editor();
  one.type('\u0003\u001a\u0004', 'a\u0004\r');
  expect(one.told).toEqual(['asks to interrupt', 'asks to suspend', 'asks to end', 'a']);
});

test(
  'takes a large paste in time, even with deletions in it, and reports one that is too long for a message',
  { timeout: 60_000 },
  () => {
    const size = 60_000;
    const one = editor(100);
    one.type(`${'a'.repeat(size)}${'\u007f'.repeat(2000)}\u0017\r`);
    one.type(`${'a '.repeat(size / 2)}${'\u0017'.repeat(2000)}\r`);
    one.type(`${'👩‍👧'.repeat(2000)}${'\u007f'.repeat(1999)}\r`);
    one.type(`${'b'.repeat(2 * size)}\r`);
    const [first, second, third, fourth] = one.told as readonly string[];
    expect([first, second?.length, third, fourth?.length]).toEqual([
      '',
      size - 4000,
      '👩‍👧',
      limits.textBytes + 1,
    ]);
  },
);
