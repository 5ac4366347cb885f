import { expect, test } from 'vitest';
import { clientMaker, clientOf } from '../support/open-client.ts';
import { until } from '../support/until.ts';

test('a client that opens shows what waits, and who was active last, before anything changes', async () => {
  const openBob = await clientMaker('bob');
  const bob = await openBob();
  for (const name of ['alice', 'carol']) {
    const other = await clientOf(name);
    await bob.join(await other.invite({}));
    await until('it is there', async () => (await other.contacts()).length === 1);
    await bob.idle();
    await other.close();
  }
  for (const text of ['one', 'two']) await bob.send({ contact: 'alice', text });
  await bob.close();
  const { contacts, queued } = (await openBob()).state.get();
  expect(queued).toBe(2);
  expect(contacts.map(({ label }) => label)).toEqual(['alice', 'carol']);
});

test('a conversation that is opened in the middle of a stream is there at once, with what is new in it', async () => {
  const [alice, bob] = [await clientOf('alice'), await clientOf('bob')];
  await bob.join(await alice.invite({}));
  for (let n = 0; n < 30; n += 1) await bob.send({ contact: 'alice', text: `number ${n}` });
  const has30 = (): boolean => (alice.state.get().contacts[0]?.unread ?? 0) === 30;
  await until('all are there', has30);
  const [{ id } = { id: 0 }] = alice.state.get().contacts;
  // More changes than are shown at once: what is opened now must not wait for its turn among them.
  for (let n = 0; n < 15; n += 1) await alice.rename({ contact: 'bob', alias: n % 2 === 0 ? null : 'bob' });
  await alice.openConversation(id);
  const opened = alice.state.get().conversations.get(id);
  const texts = opened?.messages.filter(({ kind }) => kind === 'text');
  expect(texts).toHaveLength(30);
  expect(texts?.every(({ row }) => row > (opened?.readUpTo ?? 0))).toBe(true);
  await alice.markRead(id);
  await until('it is read', () => alice.state.get().contacts[0]?.unread === 0);
});
