import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Invocation } from '../../source/commands/invocation.ts';
import { givenLines } from '../../source/commands/passphrase.ts';
import { limits } from '../../source/core/limits.ts';
import { tempFolder } from '../support/temp-home.ts';

/** A pipe that does not block, as standard input is one, and the part of a command line that names it. */
async function pipe() {
  const path = join(await tempFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const file = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => file.close());
  const stopping = new AbortController();
  const call = { flags: { passphraseFd: file.fd }, signal: stopping.signal } as unknown as Invocation;
  return { call, stopping, write: (text: string) => file.write(text) };
}

test('takes lines in order, and no more than are needed', async () => {
  const { call, write } = await pipe();
  await write('one\ntwo\r\nthree é\n');
  expect(await givenLines(call, ['the first', 'the second'])).toEqual(['one', 'two']);
  expect(await givenLines(call, [])).toEqual([]);
  expect(await givenLines(call, ['the third'])).toEqual(['three é']);
});

test('waits for a slow line', async () => {
  const { call, write } = await pipe();
  const lines = givenLines(call, ['the only one']);
  await new Promise(setImmediate);
  await write('slow ');
  await new Promise(setImmediate);
  await write('horse\n');
  expect(await lines).toEqual(['slow horse']);
});

test('can be interrupted while it waits for a line', async () => {
  const { call, stopping } = await pipe();
  const lines = givenLines(call, ['the only one']);
  stopping.abort(new Error('interrupted'));
  await expect(lines).rejects.toThrow('interrupted');
});

test('refuses an empty line, and one that cannot be a passphrase', async () => {
  const { call, write } = await pipe();
  await write('one\n\n');
  await expect(givenLines(call, ["the home's passphrase", "the file's"])).rejects.toThrow(
    /^--passphrase-fd \d+ needs a line for the home's passphrase, then one for the file's$/u,
  );
  await write(`${'x'.repeat(limits.passphraseBytes)}\n${'x'.repeat(limits.passphraseBytes + 1)}\n`);
  expect((await givenLines(call, ['it']))?.[0]).toHaveLength(limits.passphraseBytes);
  await expect(givenLines(call, ['it'])).rejects.toThrow('too long for a passphrase');
});
