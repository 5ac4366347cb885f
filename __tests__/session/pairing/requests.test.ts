import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import { slotId } from '../../../source/core/request.ts';
import { turn } from '../../../source/session/work/work.ts';
import { accept, decline } from '../../../source/session/pairing/requests.ts';
import { repair } from '../../../source/session/effects.ts';
import { addContact, allContacts, changeContact, contactSummary } from '../../../source/store/contacts.ts';
import type { Database } from '../../../source/store/database.ts';
import { forgetContact } from '../../../source/store/forget.ts';
import { contactsWithMail, waitingFor } from '../../../source/store/outbox.ts';
import { newMortal, talk } from '../../support/mortal-people.ts';
import { clientOf } from '../../support/open-client.ts';
import { until } from '../../support/until.ts';

const asked = { state: 'requested', request: 'sent' };
const asks = { state: 'requested', request: 'received' };
const friends = { state: 'not-compared', request: null };

/** Pretends that this many others have asked. */
function fillRequests(database: Database, count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => {
    const id = addContact(database, {
      name: `stranger ${n}`,
      alias: null,
      state: 'requested',
      address: '127.0.0.1:1',
      epoch: 1,
      statementHash: null,
      theirSlot: new Uint8Array(32),
      mySlot: new Uint8Array(randomBytes(32)),
      followedEpoch: 1,
      createdAt: 0,
    });
    changeContact(database, id, { request: 'received' });
    return id;
  });
}

test('joining with a card asks: nothing goes back, and nothing but the hello goes out, until it is accepted', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  expect(await bob.joins(await alice.card())).toBe('asked');
  await bob.client.send('are you there?');
  await bob.client.send('hello?');
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject({ ...asks, receiptDue: 1 });
  expect(bob.contact('alice')).toMatchObject(asked);
  expect(contactsWithMail(alice.client.context.database)).toEqual([]);
  expect(contactsWithMail(bob.client.context.database)).toEqual([]);
  expect(alice.lines('bob')).toEqual([]);
  expect(bob.client.conversation().map(({ text, state }) => [text, state])).toEqual([
    ['are you there?', 'queued'],
    ['hello?', 'queued'],
  ]);
  expect(contactSummary(alice.client.context.database, 1)).toMatchObject({ unread: 0 });
  const bobsSlot = slotId(alice.contact('bob')!.mySlot);
  await repair(alice.client.context);
  expect(await alice.slots()).not.toContain(bobsSlot);
  await expect(alice.client.send('hi')).rejects.toMatchObject({ code: 'contact-asks' });

  expect(await accept(alice.client.context, 'bob')).toMatchObject({ ...friends, name: 'bob' });
  expect(await alice.slots()).toContain(bobsSlot);
  await talk(alice, bob);
  expect(bob.contact('alice')).toMatchObject(friends);
  expect(alice.lines('bob')).toEqual(['are you there?', 'hello?']);
  await alice.client.send('here I am');
  await talk(alice, bob);
  expect(bob.client.conversation().map(({ text, state }) => [text, state])).toEqual([
    ['are you there?', 'delivered'],
    ['hello?', 'delivered'],
    ['here I am', 'received'],
  ]);
  expect(await alice.quarantined()).toBe(0);
  await expect(accept(alice.client.context, 'bob')).rejects.toMatchObject({ code: 'request-none' });
});

test('a declined stranger is forgotten, and can ask again', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.card());
  await talk(alice, bob);
  await decline(alice.client.context, 'bob');
  expect(allContacts(alice.client.context.database)).toEqual([]);
  expect(await bob.joins(await alice.card())).toBe('asked');
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject(asks);
  await accept(alice.client.context, 'bob');
  await bob.client.send('thank you');
  await talk(alice, bob);
  expect(alice.lines('bob')).toContain('thank you');
});

test('a request is in the state of the screen, without unread messages, until it is declined', async () => {
  const [alice, bob] = [await clientOf('alice'), await clientOf('bob')];
  expect(await bob.join(await alice.invite({ card: true }))).toMatchObject({ joined: 'asked', ...asked });
  await until('alice is asked', () => alice.state.get().contacts.length === 1);
  expect(alice.state.get().contacts[0]).toMatchObject({ label: 'bob', unread: 0, ...asks });
  expect(await bob.contacts()).toMatchObject([asked]);
  await alice.openConversation(alice.state.get().contacts[0]?.id ?? 0);
  await alice.decline({ contact: 'bob' });
  await until('they are gone', () => alice.state.get().contacts.length === 0);
  expect(alice.state.get().conversations.size).toBe(0);
  expect(await alice.contacts()).toEqual([]);
});

test('a person who asks a second time is one request, reachable where they say now', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.card());
  await talk(alice, bob);
  changeContact(alice.client.context.database, 1, { address: 'mistyped.example:1' });
  expect(await bob.joins(await alice.card())).toBe('asked');
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject({ ...asks, address: bob.address });
  expect(allContacts(alice.client.context.database)).toHaveLength(1);
  expect(await alice.quarantined()).toBe(0);
  await accept(alice.client.context, 'bob');
  await bob.client.send('both times me');
  await talk(alice, bob);
  expect(bob.contact('alice')).toMatchObject(friends);
  expect(alice.lines('bob')).toEqual(['both times me']);
});

test('a hundred may ask; one more is put away until there is room', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  const { database } = alice.client.context;
  const [first = 0] = fillRequests(database, limits.requests);
  await bob.joins(await alice.card());
  await talk(alice, bob);
  expect(alice.contact('bob')).toBeUndefined();
  expect(await alice.quarantined()).toBe(1);
  forgetContact(database, first);
  await bob.joins(await alice.card());
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject(asks);
  const carol = await newMortal('carol');
  await carol.joins(await alice.link());
  await talk(alice, carol);
  expect(alice.contact('carol')).toMatchObject(friends);
});

test('nobody comes in under a barred key, by the card or by a link', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.card());
  await talk(alice, bob);
  const { database } = alice.client.context;
  database.run('INSERT INTO barred SELECT identity FROM contact_keys');
  await decline(alice.client.context, 'bob');
  await bob.joins(await alice.card());
  await talk(alice, bob);
  await bob.joins(await alice.link());
  await talk(alice, bob);
  expect(allContacts(database)).toEqual([]);
  expect(await alice.quarantined()).toBe(2);
});

test('two people who asked each other have accepted each other', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.card());
  await alice.joins(await bob.card());
  await talk(alice, bob);
  expect([alice.contact('bob'), bob.contact('alice')]).toMatchObject([friends, friends]);
  for (const { client } of [alice, bob]) await client.send('hello');
  await talk(alice, bob);
  expect(alice.lines('bob').filter((text) => text === 'hello')).toHaveLength(2);
  expect(bob.lines('alice').filter((text) => text === 'hello')).toHaveLength(2);
});

test('a link that works once settles a request, whoever gives it', async () => {
  const people = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')] as const;
  const [alice, bob, carol] = people;
  await bob.joins(await alice.card());
  await carol.joins(await alice.card());
  await talk(...people);
  expect(await bob.joins(await alice.link())).toBe('again');
  expect(await alice.joins(await carol.link())).toBe('again');
  await talk(...people);
  expect([alice.contact('bob'), alice.contact('carol')]).toMatchObject([friends, friends]);
  expect([bob.contact('alice'), carol.contact('alice')]).toMatchObject([friends, friends]);
  await bob.client.send('from bob');
  await carol.client.send('from carol');
  await talk(...people);
  expect([alice.lines('bob').at(-1), alice.lines('carol').at(-1)]).toEqual(['from bob', 'from carol']);
});

test('a request from before a key change is accepted after it, and the change is announced', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.card());
  await talk(alice, bob);
  await alice.client.rotate();
  await bob.client.send('early');
  await talk(alice, bob);
  expect(contactsWithMail(alice.client.context.database)).toEqual([]);
  await accept(alice.client.context, 'bob');
  await talk(alice, bob);
  expect(alice.lines('bob')).toEqual(['early']);
  expect(bob.contact('alice')).toMatchObject({ epoch: 2 });
  expect(alice.contact('bob')).toMatchObject({ followedEpoch: 2 });
  await alice.client.send('with a new key');
  await talk(alice, bob);
  expect(bob.lines('alice').at(-1)).toBe('with a new key');
});

test('a request to a key that is gone cannot be accepted, and says so', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.card());
  await talk(alice, bob);
  await alice.client.rotate();
  await turn(alice.client.context, ({ database }) => database.run('DELETE FROM identities WHERE epoch = 1'));
  await expect(accept(alice.client.context, 'bob')).rejects.toMatchObject({ code: 'request-old' });
  expect(alice.contact('bob')).toMatchObject(asks);
});

test('a request with the longest name and address fits what the card takes', async () => {
  const address = `${'a'.repeat(61)}.${'b'.repeat(61)}:8080`;
  const name = '𝐛'.repeat(32);
  const [alice, bob] = [await newMortal('alice'), await newMortal(name, { address })];
  expect([Buffer.byteLength(name), Buffer.byteLength(address)]).toEqual([
    limits.nameBytes,
    limits.addressBytes,
  ]);
  await bob.joins(await alice.card());
  const [hello] = waitingFor(bob.client.context.database, 1, { after: 0, most: 1 });
  expect(hello?.envelope).toHaveLength(limits.cardLargestBytes);
});

test('sixteen people who join with one card at the same moment have all asked', async () => {
  const alice = await newMortal('alice');
  const card = await alice.card();
  const joiners = [];
  for (let n = 0; n < 16; n += 1) joiners.push(await newMortal(`joiner ${n}`));
  expect(new Set(await Promise.all(joiners.map((joiner) => joiner.joins(card))))).toEqual(new Set(['asked']));
  await talk(alice, ...joiners);
  const requests = allContacts(alice.client.context.database);
  expect(requests.map(({ request }) => request)).toEqual(joiners.map(() => 'received'));
  expect(new Set(requests.map(({ name }) => name)).size).toBe(16);
});
