// An Enter that you type before the screen has named anybody sends nothing to somebody whom the program chose.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { mountScreen, type Mounted } from './support/mount.ts';
import { contactOf, noon, sampleClient, sampleState, type Sample } from './support/samples.ts';

const focusCame = '\u001b[I';

type Early = { readonly client: Sample; readonly mounted: Mounted; readonly passes: (ms: number) => void };

/** The screen of a home that opens after `keys` were typed. */
async function typedEarly(keys: string, client = sampleClient()): Promise<Early> {
  const opened = Promise.withResolvers<undefined>();
  let now = noon;
  const mounted = mountScreen(
    { kind: 'ready', open: async () => (await opened.promise, client) },
    { now: () => now },
  );
  await mounted.sees('opening');
  mounted.type(keys);
  // An Enter behind text is told once something else comes that is no text.
  mounted.type(focusCame);
  await mounted.sees(keys.endsWith('\r') ? 'still opening' : `❯ ${keys}`);
  await nextTurn();
  opened.resolve(undefined);
  return { client, mounted, passes: (ms) => void (now += ms) };
}

function sent({ asked }: Sample): readonly unknown[] {
  return asked.filter(([name]) => name === 'send').map(([, ask]) => ask);
}

test('is kept as a draft of the conversation that opens, and the next Enter sends it', async () => {
  const { client, mounted, passes } = await typedEarly('my new number\r');
  await mounted.sees('not sent yet: press Enter to send this to bob');
  await mounted.sees('❯ my new number');
  expect(sent(client)).toEqual([]);
  passes(1000);
  mounted.type('\r');
  await until('it is sent', () => sent(client).length > 0);
  expect(sent(client)).toEqual([{ contact: '1', text: 'my new number' }]);
});

test('several lines are one draft, and a command among them is carried out', async () => {
  const { client, mounted } = await typedEarly('one\rtwo\r/keys\r');
  await mounted.sees('PUBLIC KEY');
  mounted.type('\u001b[27u');
  await mounted.sees('press Enter to send this to bob');
  await mounted.sees(/❯ one\n {3}two/u);
  expect(sent(client)).toEqual([]);
});

test('goes to the person whom a line before it names', async () => {
  const { client, mounted } = await typedEarly('/query carol\rhello carol\r');
  await until('it is sent', () => sent(client).length > 0);
  expect(sent(client)).toEqual([{ contact: '2', text: 'hello carol' }]);
  await until('the command is gone', () => !mounted.screen().includes('/query'));
});

test('does not go to a conversation that was chosen by its number', async () => {
  const { client, mounted } = await typedEarly('\u001b2hello\r');
  await mounted.sees('press Enter to send this to carol');
  await mounted.sees('❯ hello');
  expect(sent(client)).toEqual([]);
});

test('goes to the only contact', async () => {
  const only = sampleClient(sampleState({ contacts: [contactOf(1, 'bob')] }));
  const { client } = await typedEarly('hello\r', only);
  await until('it is sent', () => sent(client).length > 0);
  expect(sent(client)).toEqual([{ contact: '1', text: 'hello' }]);
});

test('renames nobody whom the program chose', async () => {
  const { client, mounted } = await typedEarly('/rename my love\r');
  await mounted.sees('no conversation is open');
  expect(client.asked.some(([name]) => name === 'rename')).toBe(false);
});

test('an Enter in the moment in which the conversation opens sends nothing either', async () => {
  const { client, mounted, passes } = await typedEarly('my new number');
  await until('the conversation is open', () => mounted.screen().includes('on my way'));
  mounted.type('\r');
  await mounted.sees('press Enter to send this to bob');
  expect(sent(client)).toEqual([]);
  passes(1000);
  mounted.type('\r');
  await until('it is sent', () => sent(client).length > 0);
});
