import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { expect, test } from 'vitest';
import { readHidden } from '../../source/commands/hidden-line.ts';

test('a question is not seen before the terminal has ceased to echo', async () => {
  const order: string[] = [];
  const keyboard: ReadStream = Object.assign(new PassThrough(), {
    setRawMode(raw: boolean) {
      order.push(raw ? 'echo off' : 'echo on');
      return keyboard;
    },
  }) as unknown as ReadStream;
  const stderr = { write: (text: string) => order.push(text) } as unknown as NodeJS.WriteStream;
  const answer = readHidden('Passphrase: ', keyboard, {
    stderr,
    signal: new AbortController().signal,
    env: {},
  });
  keyboard.emit('data', 'correct horse\r');
  expect(await answer).toBe('correct horse');
  expect(order).toEqual(['echo off', 'Passphrase: ', 'echo on', '\n']);
});
