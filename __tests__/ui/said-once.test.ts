import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { mountScreen, type MountOptions } from './support/mount.ts';
import { contactOf, noon, sampleClient, sampleState } from './support/samples.ts';

async function opened(options: MountOptions = {}, facts = sampleState()) {
  const client = sampleClient(facts);
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, options);
  await mounted.sees('on my way');
  return { client, mounted, text: () => mounted.rows().join('\n') };
}

test('somebody who comes by a link is announced, and so is somebody who accepts', async () => {
  const { client, mounted } = await opened();
  const come = (id: number, name: string, given = {}) =>
    client.state.update((state) => ({
      ...state,
      contacts: [...state.contacts.filter((one) => one.id !== id), contactOf(id, name, given)],
    }));
  come(8, 'erin');
  await mounted.sees('erin joined with your link');
  come(9, 'frank', { state: 'requested', request: 'sent' });
  await mounted.sees(/frank +\?/u);
  come(9, 'frank');
  await mounted.sees('frank accepted: write to each other now');
});

test('somebody who only asks is not said to have come', async () => {
  const { client, mounted, text } = await opened();
  client.state.update((state) => ({
    ...state,
    contacts: [...state.contacts, contactOf(8, 'erin', { state: 'requested', request: 'received' })],
  }));
  await mounted.sees('erin');
  expect(text()).not.toContain('joined with your link');
});

test('that nothing is unread is said', async () => {
  const state = sampleState();
  const contacts = state.contacts.map((one) => ({ ...one, unread: 0 }));
  const { mounted } = await opened({}, { ...state, contacts });
  mounted.type('/unread\r');
  await mounted.sees('nothing is unread');
});

test('an error that was there for a moment goes with the next key, and not before it could be seen', async () => {
  let now = noon;
  const { mounted, text } = await opened({ now: () => now });
  mounted.type('/nothing-like-it\r');
  await mounted.sees('error: ');
  mounted.type('a');
  await until('the letter is there', () => text().includes('a'));
  expect(text()).toContain('error: ');
  now += 2000;
  await until('a later key takes it away', () => {
    mounted.type('b');
    return !text().includes('error: ');
  });
});
