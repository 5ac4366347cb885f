// Text typed while the screen joins with a link is for the person who made the link, and for nobody else.

import { expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import type { Joined } from '../../source/core/types.ts';
import { until } from '../support/until.ts';
import { mountScreen, type Mounted, type MountOptions } from './support/mount.ts';
import { sampleClient, sampleLink, type Sample } from './support/samples.ts';

const escape = '\u001b';
const asking = 'asking for their keys';

type Slow = { readonly client: Sample; readonly mounted: Mounted; readonly answer: (error?: Error) => void };

/** A screen whose host answers a join only when it is told to. */
function slow(options: MountOptions = {}, open?: Promise<unknown>): Slow {
  const host = Promise.withResolvers<undefined>();
  const inner = sampleClient();
  const join = async (ask: { link: string }): Promise<Joined> => {
    await host.promise;
    return inner.calls.join(ask);
  };
  const client = { ...inner, calls: { ...inner.calls, join } };
  const mounted = mountScreen({ kind: 'ready', open: async () => (await open, client) }, options);
  return { client, mounted, answer: (error) => (error ? host.reject(error) : host.resolve(undefined)) };
}

const isSent = ({ asked }: Sample): boolean => asked.some(([name]) => name === 'send');

/** Types a letter of its own and sees it, so that everything typed before was taken. */
async function settled(mounted: Mounted): Promise<void> {
  mounted.type('Z');
  await mounted.sees('Z');
}

const whileJoining: ReadonlyArray<readonly [name: string, keys: readonly string[]]> = [
  ['letters and Enter, then Escape', ['my new number\r', escape]],
  ['a paste and Enter, then Escape', [`${escape}[200~my new number${escape}[201~`, '\r', escape]],
  ['two lines, then Escape', ['my new number\rand more\r', escape]],
  ['keys without marks in one piece, then Escape', ['my new number\rmore', escape]],
];

test.each(whileJoining)('nobody gets %s', async (_name, keys) => {
  const { client, mounted } = slow();
  await mounted.sees('on my way');
  mounted.type(`/join ${sampleLink}\r`);
  await mounted.sees(asking);
  for (const key of keys) mounted.type(key);
  await until('the dialog is closed', () => !mounted.screen().includes(asking), 4000);
  await settled(mounted);
  expect(mounted.screen()).not.toContain('my new number');
  expect(mounted.screen()).not.toContain('and more');
  expect(isSent(client)).toBe(false);
});

test('the person who made the link gets what you typed', async () => {
  const { client, mounted, answer } = slow();
  await mounted.sees('on my way');
  mounted.type(`/join ${sampleLink}\r`);
  await mounted.sees(asking);
  mounted.type('hello carol\r');
  answer();
  await until('the text is sent', () => isSent(client), 4000);
  expect(client.asked).toContainEqual(['send', expect.objectContaining({ text: 'hello carol' })]);
  expect(client.asked).not.toContainEqual(['send', expect.objectContaining({ contact: '1' })]);
});

test.each([
  ['you leave the join', null],
  ['the join fails', new ChatError('peer-unreachable', 'nobody answers')],
])('a text typed before the start is forgotten when %s', async (_name, failure) => {
  const opened = Promise.withResolvers<undefined>();
  const { client, mounted, answer } = slow({ given: { link: sampleLink, alias: '' } }, opened.promise);
  await mounted.sees('opening');
  mounted.type('my new number');
  await mounted.sees('❯ my new number');
  opened.resolve(undefined);
  await mounted.sees(asking);
  if (failure) {
    answer(failure);
    await mounted.sees('nobody answers');
  }
  mounted.type(escape);
  await mounted.sees('on my way');
  await settled(mounted);
  expect(mounted.screen()).not.toContain('my new number');
  expect(isSent(client)).toBe(false);
});

test('a text typed before the start goes to the person who made the link', async () => {
  const opened = Promise.withResolvers<undefined>();
  const { mounted, answer } = slow({ given: { link: sampleLink, alias: '' } }, opened.promise);
  await mounted.sees('opening');
  mounted.type('hello carol');
  await mounted.sees('❯ hello carol');
  opened.resolve(undefined);
  await mounted.sees(asking);
  answer();
  await mounted.sees('write to each other now');
  await mounted.sees('❯ hello carol');
});
