// A dialog shows in which directions there is more of it, and offers no key that has nothing to act on.

import { expect, test } from 'vitest';
import { mountScreen, type Mounted, type MountOptions } from './support/mount.ts';
import { messageOf, sampleClient, sampleState } from './support/samples.ts';

async function opened(options: MountOptions, client = sampleClient()): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, options);
  await mounted.sees('on my way');
  return mounted;
}

const small = { columns: 40, rows: 12 };

test('help shows that there is more below, then in both directions, then above', async () => {
  const mounted = await opened({ columns: 80, rows: 24 });
  mounted.type('?');
  await mounted.sees('· ↓ more');
  mounted.type('\u001b[B');
  await mounted.sees('· ↑↓ more');
  for (let page = 0; page < 30; page += 1) mounted.type('\u001b[6~');
  await mounted.sees('· ↑ more');
});

test('a list that moves with its choice shows it, too', async () => {
  const mounted = await opened(small);
  mounted.type('/settings\r');
  await mounted.sees(' ↓ more ');
  for (let row = 0; row < 8; row += 1) mounted.type('\u001b[B');
  await mounted.sees(' ↑↓ more ');
});

test.each([
  ['/requests', 'You have no requests', /accept ·|decline|block/u],
  ['/box', 'You have no mailboxes', /leave it/u],
])('%s that is empty offers only the way out', async (command, text, keys) => {
  const client = sampleClient(sampleState(), { boxes: () => Promise.resolve([]) });
  const mounted = await opened({}, client);
  mounted.type(`${command}\r`);
  await mounted.sees(text);
  await mounted.sees('Esc close');
  expect(mounted.screen()).not.toMatch(keys);
});

test('a search offers Enter once it can do something', async () => {
  const found = { ...messageOf(65, 'on my way'), text: 'on my way' };
  const client = sampleClient(sampleState(), { search: () => Promise.resolve([found]) });
  const mounted = await opened({}, client);
  mounted.type('\u0006');
  await mounted.sees('Find with');
  expect(mounted.screen()).not.toContain('go there');
  mounted.type('way');
  await mounted.sees('go there');
});

test('the join dialog has room for a link in a small window', async () => {
  const mounted = await opened(small);
  mounted.type('/join\r');
  await mounted.sees('Paste the link');
  const end = 'abcdefghijklmnopqrstuvwxy@h.example:1';
  mounted.type(`cryptochat:${end}`);
  await mounted.sees(end.slice(-30));
});
