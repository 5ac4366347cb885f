// Boxes on the screen: what is claimed, lent and given up, and what a link that is only pasted does.

import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from './support/mount.ts';
import { sampleBoxLink, sampleClient, sampleLink, sampleState, type Sample } from './support/samples.ts';

async function opened(client: Sample = sampleClient(), options: MountOptions = {}): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, options);
  await mounted.sees(/write to bob|nobody|\/invite/u);
  return mounted;
}

describe.each([
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
] as const)('%s', (name, size) => {
  test('the question before a box is given up', async () => {
    const mounted = await opened(sampleClient(), size);
    mounted.type('/box\r');
    await mounted.sees('❯ mail.example.org');
    mounted.type('\u001b[B');
    await mounted.sees('❯ https://chat');
    mounted.type('d');
    await mounted.sees('Leave this mailbox?');
    await expectFrame(mounted, `leave-box-${name}`);
  });

  test('no boxes', async () => {
    const mounted = await opened(sampleClient(sampleState(), { boxes: () => Promise.resolve([]) }), size);
    mounted.type('/box\r');
    await mounted.sees('You have no mailboxes.');
    await expectFrame(mounted, `no-boxes-${name}`);
  });
});

test('a bad box link is an error, and the typed line comes back', async () => {
  const fails = (): Promise<never> => Promise.reject(new ChatError('box-link-bad', 'malformed'));
  const mounted = await opened(sampleClient(sampleState(), { takeBox: fails }));
  mounted.type('/box cryptochat-box:broken@\r');
  await mounted.sees('error: this is not a mailbox link');
  await mounted.sees('❯ /box cryptochat-box:broken@');
});

test('a draft begun meanwhile stays when no box was made', async () => {
  let fail = (): void => undefined;
  const fails = (): Promise<never> =>
    new Promise((_, reject) => {
      fail = () => reject(new ChatError('box-unreachable', 'nothing listens there'));
    });
  const mounted = await opened(sampleClient(sampleState(), { takeBox: fails }));
  mounted.type(`/box ${sampleBoxLink}\r`);
  await mounted.sees('asking for the mailbox');
  mounted.type('meanwhile');
  await mounted.sees('❯ meanwhile');
  fail();
  await mounted.sees('error: the host of this mailbox does not answer');
  await mounted.sees('❯ meanwhile');
});

test('a link that was wrapped on its way is claimed whole', async () => {
  const client = sampleClient();
  const mounted = await opened(client);
  mounted.type(`/box ${sampleBoxLink.slice(0, 20)} ${sampleBoxLink.slice(20)}\r`);
  await mounted.sees('your mailbox is');
  expect(client.asked).toContainEqual(['takeBox', { link: sampleBoxLink }]);
});

test('the sheet says why nothing can be lent when nobody can reach this home', async () => {
  const fails = (): Promise<never> => Promise.reject(new ChatError('lend-nowhere'));
  const mounted = await opened(sampleClient(sampleState(), { lend: fails }));
  mounted.type('/lend\r');
  await mounted.sees('error: nobody can reach your listener');
});

test('a box link pasted without a conversation stays, with a note about the command that takes it', async () => {
  const nobody = sampleClient(sampleState({ contacts: [], conversations: new Map(), queued: 0 }));
  const mounted = await opened(nobody);
  mounted.type(`${sampleBoxLink}\r`);
  await mounted.sees('nobody to send this link to');
  await mounted.sees('/box and a blank before it');
  await mounted.sees(sampleBoxLink.slice(0, 15));
});

test('an invite link alone opens the join dialog instead of being sent', async () => {
  const client = sampleClient();
  const mounted = await opened(client);
  mounted.type(`${sampleLink}\r`);
  await mounted.sees('Paste the link');
  expect(client.asked.some(([name]) => name === 'send' || name === 'join')).toBe(false);
  mounted.type('\r');
  await mounted.sees('carol is added');
  expect(client.asked).toContainEqual(['join', { link: sampleLink }]);
});
