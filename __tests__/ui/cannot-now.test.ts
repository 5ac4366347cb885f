// A key that cannot do its work now says why.

import { expect, test } from 'vitest';
import { mountScreen, type Mounted } from './support/mount.ts';
import { sampleClient, sampleState } from './support/samples.ts';

async function opened(people: 'some' | 'nobody'): Promise<Mounted> {
  const state = people === 'some' ? {} : { contacts: [], conversations: new Map() };
  const client = sampleClient(sampleState(state));
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await mounted.sees(people === 'some' ? 'on my way' : '/invite');
  return mounted;
}

test('Alt+9 where there are fewer conversations', async () => {
  const mounted = await opened('some');
  mounted.type('\u001b9');
  await mounted.sees('there is no conversation 9');
});

test('Ctrl+N where there is none', async () => {
  const mounted = await opened('nobody');
  mounted.type('\u000e');
  await mounted.sees('you have no conversations yet');
});

test('Ctrl+G where none is open', async () => {
  const mounted = await opened('nobody');
  mounted.type('\u0007');
  await mounted.sees('no conversation is open');
});

test('Tab in a search that was begun without a conversation', async () => {
  const mounted = await opened('nobody');
  mounted.type('\u0006');
  await mounted.sees('Find everywhere');
  mounted.type('\t');
  await mounted.sees('searching all conversations');
  expect(mounted.screen()).toContain('Find everywhere');
});
