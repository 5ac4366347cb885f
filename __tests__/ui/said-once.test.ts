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

test('announces a person who joins by a link, and a person who accepts', async () => {
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
  await mounted.sees('frank accepted: you can write to each other now');
});

test('does not announce a person who only asks', async () => {
  const { client, mounted, text } = await opened();
  client.state.update((state) => ({
    ...state,
    contacts: [...state.contacts, contactOf(8, 'erin', { state: 'requested', request: 'received' })],
  }));
  await mounted.sees('erin');
  expect(text()).not.toContain('joined with your link');
});

test('says that nothing is unread', async () => {
  const state = sampleState();
  const contacts = state.contacts.map((one) => ({ ...one, unread: 0 }));
  const { mounted } = await opened({}, { ...state, contacts });
  mounted.type('/unread\r');
  await mounted.sees('no unread messages');
});

test('a note stays however long nobody types, and goes with the first key of the next draft', async () => {
  let now = noon;
  const { client, mounted, text } = await opened({ now: () => now });
  mounted.type('/mute\r');
  await mounted.sees('bob is muted');
  now += 3_600_000;
  mounted.type('\u001b[D');
  client.state.update((state) => ({ ...state, queued: 17 }));
  await mounted.sees('17 queued');
  expect(text()).toContain('bob is muted');
  mounted.type('h');
  await mounted.sees('❯ h');
  expect(text()).not.toContain('bob is muted');
});

test('a note that comes in the middle of a draft stays until the next one begins', async () => {
  const { client, mounted, text } = await opened();
  mounted.type('half a');
  await mounted.sees('❯ half a');
  client.state.update((state) => ({ ...state, contacts: [...state.contacts, contactOf(8, 'erin')] }));
  await mounted.sees('erin joined with your link');
  mounted.type(' message');
  await mounted.sees('❯ half a message');
  expect(text()).toContain('erin joined with your link');
  mounted.type('\r');
  await until('the message is sent', () => !text().includes('erin joined with your link'));
});

test('reports the result of a dialog once it is closed', async () => {
  const { mounted } = await opened();
  mounted.type('\u0012');
  await mounted.sees('Rotate your key?');
  mounted.type('y');
  await mounted.sees('You have a new key.');
  mounted.type('\u001b[27u');
  await mounted.sees('you have a new key');
});

test('switching conversations by a command says where you are, and removes an older line', async () => {
  const { mounted, text } = await opened();
  mounted.type('/mute\r');
  await mounted.sees('bob is muted');
  mounted.type('/query carol\r');
  await mounted.sees('you are writing to carol');
  mounted.type('\u001b[1;3A');
  await mounted.sees('write to bob');
  expect(text()).not.toContain('you are writing to carol');
  mounted.type('/close\r');
  await mounted.sees('the conversation is closed');
  mounted.type('/msg bob hello\r');
  await mounted.sees('your message to bob is on its way');
});

test('an error goes with the next key, but not before a person could see it', async () => {
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

test('/query that is typed while no conversation is open leaves no draft there', async () => {
  const { mounted, text } = await opened();
  mounted.type('/close\r');
  await mounted.sees('the conversation is closed');
  mounted.type('/query carol\r');
  await mounted.sees('you are writing to carol');
  expect(text()).toContain('write to carol');
});

test('a mute that has ended while nothing was drawn is not taken for one that holds', async () => {
  let now = noon;
  const muted = contactOf(1, 'bob', { muted: true, mutedUntil: noon + 3_600_000 });
  const { client, mounted } = await opened({ now: () => now }, sampleState({ contacts: [muted] }));
  now += 7_200_000;
  mounted.type('/mute\r');
  await until('it is asked', () => client.asked.some(([name]) => name === 'mute'));
  expect(client.asked).toContainEqual(['mute', { contact: '1', muted: true }]);
});

test('a text with a part of a link in it is not sent, and says why', async () => {
  const { client, mounted } = await opened();
  mounted.type('my link: cryptochat:AbCdEfGh12-_AbCd\r');
  await mounted.sees('not sent: this has part of a link in it');
  await mounted.sees('❯ my link');
  expect(client.asked.some(([name]) => name === 'send')).toBe(false);
});

test('/msg does not send a part of a link either', async () => {
  const { client, mounted } = await opened();
  mounted.type('/msg carol cryptochat:AbCdEfGh12-_AbCd\r');
  await mounted.sees('not sent: this has part of a link in it');
  await mounted.sees('❯ /msg carol');
  expect(client.asked.some(([name]) => name === 'send')).toBe(false);
});

test('/mute with a time that is also somebody’s name asks which one is meant', async () => {
  const people = [contactOf(1, 'bob'), contactOf(2, '8h')];
  const { client, mounted } = await opened({}, sampleState({ contacts: people }));
  mounted.type('/mute 8h\r');
  await mounted.sees('8h is a contact and says when');
  expect(client.asked.some(([name]) => name === 'mute')).toBe(false);
});

test('an Enter at the end of text that came like a paste says why it did not send', async () => {
  const { client, mounted } = await opened();
  mounted.type('one\ntwo\r');
  await mounted.sees('this came as fast as a paste: Enter started a new line');
  await mounted.sees('press Enter to send it');
  expect(client.asked.some(([name]) => name === 'send')).toBe(false);
});
