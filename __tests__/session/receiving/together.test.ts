import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inboxFolder } from '../../../source/inbox/maildir.ts';
import type { MortalClient } from '../../support/mortal-client.ts';
import { mortalPair, noticesIn, textsIn } from '../../support/mortal-pair.ts';

function folderOf({ context }: MortalClient, folder: 'new' | 'bad'): string {
  return inboxFolder(context.paths.inbox, folder);
}

/** Lets `to` have three texts in one file of the inbox; returns the file. */
async function threeTogether(from: MortalClient, to: MortalClient): Promise<string> {
  for (const text of ['one', 'two', 'three']) await from.send(text);
  expect(await from.carryTogether(to.context.paths.home)).toBe(3);
  const [name = ''] = await to.inbox();
  return join(folderOf(to, 'new'), name);
}

/** Receives until nothing waits: on a busy machine a slice may end between two envelopes. */
async function receiveAll(client: MortalClient): Promise<void> {
  await client.receive(0);
  if ((await client.inbox()).length > 0) await receiveAll(client);
}

test('puts one unreadable envelope among several away by itself, and asks for it again', async () => {
  const { alice, bob, talk } = await mortalPair();
  const file = await threeTogether(alice, bob);
  const bytes = await readFile(file);
  const second = bytes.subarray(4096, 8192);
  second[2000]! ^= 1;
  await writeFile(file, bytes);
  await receiveAll(bob);
  expect(await bob.inbox()).toEqual([]);
  const bad = await readdir(folderOf(bob, 'bad'));
  expect(bad).not.toEqual([]);
  // A slice that restarts the file puts the same one away again.
  for (const name of bad)
    expect((await readFile(join(folderOf(bob, 'bad'), name))).equals(second)).toBe(true);
  await talk();
  expect(textsIn(bob)).toEqual(['one', 'two', 'three']);
  expect(noticesIn(bob)).toHaveLength(1);
});

test('a file of several envelopes that comes again changes nothing', async () => {
  const { alice, bob, talk } = await mortalPair();
  const file = await threeTogether(alice, bob);
  const bytes = await readFile(file);
  await receiveAll(bob);
  await writeFile(file, bytes, { mode: 0o600 });
  await receiveAll(bob);
  expect([await bob.inbox(), await readdir(folderOf(bob, 'bad'))]).toEqual([[], []]);
  await talk();
  expect(textsIn(bob)).toEqual(['one', 'two', 'three']);
});
