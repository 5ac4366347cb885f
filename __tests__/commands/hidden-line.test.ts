import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { expect, test } from 'vitest';
import { readHidden } from '../../source/commands/hidden-line.ts';

test('a question appears only once the terminal has stopped echoing', async () => {
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

test('text typed after the end of the line goes to the next question or the next reader', async () => {
  const keyboard = Object.assign(new PassThrough(), {
    setRawMode: () => keyboard,
  }) as unknown as ReadStream & PassThrough;
  const call = {
    stderr: { write: () => true } as unknown as NodeJS.WriteStream,
    signal: new AbortController().signal,
    env: { LANG: 'de_DE.ISO-8859-1' },
  };
  const first = readHidden('New passphrase: ', keyboard, call);
  keyboard.write(Buffer.from('caf\xe9\r\ncafe\x7f\xe9\rhello bob\r', 'latin1'));
  expect(await first).toBe('café');
  expect(await readHidden('Repeat: ', keyboard, call)).toBe('café');
  expect(String(keyboard.read())).toBe('hello bob\r');
});
