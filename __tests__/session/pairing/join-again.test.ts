import { expect, onTestFinished, test, vi } from 'vitest';
import { makeKeyPair } from '../../../source/keys/identity.ts';
import { encodeBundle } from '../../../source/protocol/bundle.ts';
import { keysBefore, noStatement, signStatement } from '../../../source/protocol/rotate.ts';
import type { SignedStatement } from '../../../source/protocol/rotate.ts';
import { followTo } from '../../../source/session/trust/follow-keys.ts';
import { startFakeInviter } from '../../attack/fake-inviter.ts';
import { limits } from '../../../source/core/limits.ts';
import { turnOver } from '../../../source/session/clockwork.ts';
import { turn } from '../../../source/session/work/work.ts';
import { openInvites } from '../../../source/store/invites.ts';
import { contactKey, findKey } from '../../../source/store/contact-keys.ts';
import { currentIdentity } from '../../../source/store/identities.ts';
import { join } from '../../../source/session/pairing/join.ts';
import { allContacts, changeContact } from '../../../source/store/contacts.ts';
import type { ContactChange } from '../../../source/store/contacts.ts';
import { forgetContact } from '../../../source/store/forget.ts';
import { waitingFor } from '../../../source/store/outbox.ts';
import { newMortal, talk } from '../../support/mortal-people.ts';
import type { MortalPerson } from '../../support/mortal-people.ts';

type KeyPair = ReturnType<typeof makeKeyPair>;

const anew = 'you joined with a new link from them; you are connected again';

async function friends(): Promise<readonly [alice: MortalPerson, bob: MortalPerson]> {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  expect(await bob.joins(await alice.link())).toBe('new');
  await bob.client.send('one');
  await talk(alice, bob);
  await alice.client.send('two');
  await talk(alice, bob);
  return [alice, bob];
}

function changeAlice(bob: MortalPerson, change: ContactChange): void {
  changeContact(bob.client.context.database, 1, change);
}

async function bothCanWrite(alice: MortalPerson, bob: MortalPerson): Promise<void> {
  await bob.client.send('from bob, later');
  await alice.client.send('from alice, later');
  await talk(alice, bob);
  const later = ['from alice, later', 'from bob, later'];
  const texts = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => line.endsWith('later'));
  expect(texts(alice.lines('bob')).toSorted()).toEqual(later);
  expect(texts(bob.lines('alice')).toSorted()).toEqual(later);
  const states = bob.client
    .conversation()
    .filter(({ direction, kind }) => direction === 'out' && kind === 'text');
  expect(states.every(({ state }) => state === 'delivered')).toBe(true);
}

test.each(['link', 'card'] as const)(
  'joining with a %s of an existing contact keeps everything, and connects again',
  async (kind) => {
    const [alice, bob] = await friends();
    changeAlice(bob, { alias: 'ally', state: 'compared', comparedAt: 5 });
    // The session is gone on both sides; only the link is left to heal it.
    for (const { client } of [alice, bob])
      client.context.database.run('UPDATE contact_keys SET reserve = NULL');
    for (const { client } of [alice, bob]) client.context.database.run('DELETE FROM sessions');
    await bob.client.send('written without a session');
    await alice.client.send('so was this');
    expect(await bob.joins(await alice[kind]())).toBe('again');
    await talk(alice, bob);
    expect(allContacts(bob.client.context.database)).toHaveLength(1);
    expect(allContacts(alice.client.context.database)).toHaveLength(1);
    expect(bob.contact('ally')).toMatchObject({ state: 'compared', comparedAt: 5, request: null });
    expect(alice.lines('bob')).toEqual(['one', 'two', 'so was this', 'written without a session']);
    expect(bob.lines('ally').filter((line) => line !== anew)).toEqual([
      'one',
      'two',
      'written without a session',
      'so was this',
    ]);
    expect(bob.lines('ally')).toContain(anew);
    expect([await alice.quarantined(), await bob.quarantined()]).toEqual([0, 0]);
  },
);

test('a contact who joins again has started counting again only if they had forgotten the other', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  const countsAnew = ({ client }: MortalPerson): boolean => {
    const { database } = client.context;
    const [{ id, epoch } = { id: 0, epoch: 0 }] = allContacts(database).slice(-1);
    return contactKey(database, id, epoch).firstSeq === 0;
  };
  await bob.joins(await alice.link());
  await talk(alice, bob);
  expect([countsAnew(alice), countsAnew(bob)]).toEqual([false, false]);
  await bob.joins(await alice.link());
  await talk(alice, bob);
  expect([countsAnew(alice), countsAnew(bob)]).toEqual([false, true]);
  forgetContact(bob.client.context.database, 1);
  expect(await bob.joins(await alice.link())).toBe('new');
  await talk(alice, bob);
  expect([countsAnew(alice), countsAnew(bob)]).toEqual([true, false]);
});

test('mail on its way in the old session is not lost, and nothing is shown twice', async () => {
  const [alice, bob] = await friends();
  for (const text of ['a', 'b', 'c']) await bob.client.send(text);
  for (const text of ['x', 'y']) await alice.client.send(text);
  await alice.client.carry(bob.home);
  await bob.joins(await alice.link());
  await talk(alice, bob);
  expect(alice.lines('bob').toSorted()).toEqual(['a', 'b', 'c', 'one', 'two', 'x', 'y']);
  expect(
    bob
      .lines('alice')
      .filter((line) => line !== anew)
      .toSorted(),
  ).toEqual(['a', 'b', 'c', 'one', 'two', 'x', 'y']);
  await bothCanWrite(alice, bob);
});

test('waiting mail goes right behind the hello, and through a card only when the hello is answered', async () => {
  const [alice, bob] = await friends();
  const { database } = bob.client.context;
  const waiting = (): number => waitingFor(database, 1, { after: 0, most: 99 }).length;
  await bob.client.send('a');
  await bob.client.send('b');
  await bob.joins(await alice.link());
  expect(waiting()).toBe(3);
  await bob.joins(await alice.card());
  expect(waiting()).toBe(1);
  await bob.client.send('c');
  expect(waiting()).toBe(1);
  await talk(alice, bob);
  expect(alice.lines('bob').slice(2)).toEqual(['a', 'b', 'c']);
  expect(await alice.quarantined()).toBe(0);
});

test('mail that waits for a contact who lost the session goes in the new one', async () => {
  const [alice, bob] = await friends();
  await alice.client.send('a');
  bob.client.context.database.run('DELETE FROM sessions');
  await bob.joins(await alice.link());
  while (await bob.client.carry(alice.home)) await alice.client.receive(0);
  await talk(alice, bob);
  expect(bob.lines('alice').filter((line) => line !== anew)).toEqual(['one', 'two', 'a']);
  expect(await bob.quarantined()).toBe(0);
});

test('a contact who has forgotten me, and comes back by a link, gets mail where they are now', async () => {
  const [alice, bob] = await friends();
  forgetContact(bob.client.context.database, 1);
  expect(await bob.joins(await alice.link())).toBe('new');
  await talk(alice, bob);
  await alice.client.send('there you are');
  await talk(alice, bob);
  expect(allContacts(alice.client.context.database)).toHaveLength(1);
  expect(bob.lines('alice')).toContain('there you are');
  expect(await bob.quarantined()).toBe(0);
});

test('a link handed over by the contact settles a conflict', async () => {
  const [alice, bob] = await friends();
  changeAlice(bob, { state: 'conflict', rival: new Uint8Array(33) });
  await expect(bob.client.send('x')).rejects.toMatchObject({ code: 'contact-frozen' });
  expect(await bob.joins(await alice.link())).toBe('settled');
  expect(bob.contact('alice')).toMatchObject({ state: 'not-compared', rival: null });
  await bothCanWrite(alice, bob);
  expect(bob.lines('alice')).toContain(
    'you joined with a link that names the key you know: you can write to them again',
  );
});

test.each([
  ['blocked', 'link-blocked'],
  ['revoked', 'contact-frozen'],
] as const)('a contact %s stays so: %s', async (state, code) => {
  const [alice, bob] = await friends();
  changeAlice(bob, { state });
  await expect(bob.joins(await alice.link())).rejects.toMatchObject({ code });
  expect(bob.contact('alice')).toMatchObject({ state });
});

test('refuses a link that names a key which was replaced since', async () => {
  const [alice, bob] = await friends();
  const link = await alice.link();
  await alice.client.rotate();
  await talk(alice, bob);
  expect(bob.contact('alice')).toMatchObject({ epoch: 2 });
  await expect(bob.joins(link)).rejects.toMatchObject({ code: 'link-old' });
});

test('a contact that follows an older key of mine gets the hello from that key', async () => {
  const [alice, bob] = await friends();
  await bob.client.rotate();
  expect(await bob.joins(await alice.link())).toBe('again');
  await talk(alice, bob);
  expect(allContacts(alice.client.context.database)).toHaveLength(1);
  expect(alice.contact('bob')).toMatchObject({ epoch: 2 });
  await bothCanWrite(alice, bob);
});

test('a used link of an existing contact says that they are one', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  const link = await alice.link();
  await bob.joins(link);
  await talk(alice, bob);
  await expect(bob.joins(link)).rejects.toMatchObject({
    code: 'link-known',
    message: expect.stringContaining('alice') as string,
  });
});

test('takes a new alias, unless it looks like another contact', async () => {
  const [alice, bob, carol] = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')];
  await bob.joins(await alice.link());
  await bob.joins(await carol.link());
  const again = { link: await alice.link() };
  await expect(join(bob.client.context, { ...again, alias: 'Carol' })).rejects.toMatchObject({
    code: 'name-taken',
  });
  await join(bob.client.context, { ...again, alias: 'ally' });
  expect(bob.contact('ally')).toMatchObject({ name: 'alice' });
});

test('a blocked contact does not come back through a link or the card', async () => {
  const [alice, bob] = await friends();
  await turn(alice.client.context, ({ database }) => changeContact(database, 1, { state: 'blocked' }));
  await bob.joins(await alice.link());
  await talk(alice, bob);
  await bob.joins(await alice.card());
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject({ state: 'blocked' });
  expect(await alice.quarantined()).toBe(2);
});

test('a link from a contact whose key change has not arrived yet is theirs: the statement in it is followed', async () => {
  const [alice, bob] = await friends();
  await bob.client.send('before');
  await alice.client.rotate();
  expect(await bob.joins(await alice.link())).toBe('again');
  expect(allContacts(bob.client.context.database)).toHaveLength(1);
  expect(bob.contact('alice')).toMatchObject({ epoch: 2 });
  await talk(alice, bob);
  expect(allContacts(alice.client.context.database)).toHaveLength(1);
  await bothCanWrite(alice, bob);
});

test('recognises a link from a contact who changed keys twice while we were apart, even when those keys are gone', async () => {
  const [alice, bob] = await friends();
  const { context } = alice.client;
  await alice.client.rotate();
  await alice.client.rotate();
  await turn(context, (work) =>
    turnOver(Object.assign(work, { now: Date.now() + limits.neededKeyLifeMs + 1 })),
  );
  expect(context.database.all('SELECT epoch FROM identities')).toHaveLength(1);
  expect(await bob.joins(await alice.link())).toBe('again');
  expect(bob.contact('alice')).toMatchObject({ epoch: 3 });
  await talk(alice, bob);
  expect(allContacts(context.database)).toHaveLength(1);
  await bothCanWrite(alice, bob);
});

test('does not mistake a joiner who has not read the answers to its own key change for a second user', async () => {
  const [alice, bob] = await friends();
  await bob.client.rotate();
  await bob.client.send('under the new key');
  while (await bob.client.carry(alice.home));
  await alice.client.receive(0);
  // The answers wait in bob's inbox, behind them alice's key change.
  await alice.client.rotate();
  while (await alice.client.carry(bob.home));
  expect(await bob.joins(await alice.link())).toBe('again');
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject({ epoch: 2, state: 'not-compared' });
  expect(bob.contact('alice')).toMatchObject({ epoch: 2, state: 'not-compared' });
  await bothCanWrite(alice, bob);
});

test('two contacts who both change keys and join by each other’s links find each other', async () => {
  const [alice, bob] = await friends();
  await alice.client.rotate();
  expect(await bob.joins(await alice.link())).toBe('again');
  await bob.client.rotate();
  expect(await alice.joins(await bob.link())).toBe('again');
  await talk(alice, bob);
  await bothCanWrite(alice, bob);
  for (const [one, other] of [
    [alice, 'bob'],
    [bob, 'alice'],
  ] as const)
    expect(one.contact(other)).toMatchObject({ epoch: 2, namedEpoch: 2, state: 'not-compared' });
});

test.each([true, false])(
  'recognises a card from a contact whose key change has not arrived (the joiner changes keys, too: %s)',
  async (both) => {
    const [alice, bob] = await friends();
    await bob.client.rotate();
    await alice.joins(await bob.card());
    if (both) await alice.client.rotate();
    await talk(alice, bob);
    expect(allContacts(alice.client.context.database)).toHaveLength(1);
    expect(allContacts(bob.client.context.database)).toHaveLength(1);
    await bothCanWrite(alice, bob);
    expect([await alice.quarantined(), await bob.quarantined()]).toEqual([0, 0]);
  },
);

test('recognises a contact who forgot me and changed keys by the statements in the hello', async () => {
  const [alice, bob] = await friends();
  await alice.client.rotate();
  forgetContact(alice.client.context.database, 1);
  expect(await alice.joins(await bob.link())).toBe('new');
  await talk(alice, bob);
  expect(allContacts(bob.client.context.database)).toHaveLength(1);
  expect(bob.contact('alice')).toMatchObject({ epoch: 2, state: 'not-compared' });
  expect(bob.lines('alice').some((line) => line.startsWith('new key, signed by their old key'))).toBe(true);
  await bob.client.send('I know you');
  await talk(alice, bob);
  expect(alice.lines('bob')).toContain('I know you');
});

test('a hello by a changed key is answered, and comes again by the newer key', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const [alice, bob] = await friends();
  await bob.client.rotate();
  while (await bob.client.carry(alice.home));
  await alice.client.receive(0);
  // The answer is lost.
  alice.client.context.database.run('DELETE FROM outbox');
  await bob.joins(await alice.card());
  await bob.client.send('can you read me?');
  for (let hours = 0; hours < 3; hours += 1) {
    await talk(alice, bob);
    vi.setSystemTime(Date.now() + limits.resetEveryMs);
    await bob.client.lookAfter();
  }
  expect(alice.lines('bob')).toContain('can you read me?');
  expect(bob.contact('alice')).toMatchObject({ request: null, namedEpoch: 2 });
});

test('asks again for a message that came through the slot of an open link', async () => {
  const [alice, bob] = await friends();
  await alice.link();
  // As if this home had been set back to before the hello that came by the link.
  const [invite] = openInvites(alice.client.context.database);
  changeAlice(bob, { theirSlot: invite!.slot });
  await bothCanWrite(alice, bob);
  expect(await alice.quarantined()).toBeGreaterThan(0);
});

test('a contact’s earlier keys count as theirs even for those who meet them later', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  const first = currentIdentity(alice.client.context.database).publicKey;
  await alice.client.rotate();
  await alice.client.rotate();
  await bob.joins(await alice.link());
  await talk(alice, bob);
  const { id } = bob.contact('alice')!;
  // It was never in use here, so nothing but proofs counts under it.
  expect(findKey(bob.client.context.database, first)).toMatchObject({
    contactId: id,
    epoch: 1,
    retiredAt: 0,
  });
  expect(bob.contact('alice')).toMatchObject({ epoch: 3 });
  await bothCanWrite(alice, bob);
});

test('stops sending to a contact when a link shows another successor of its key', async () => {
  const [alice, bob] = await friends();
  const owner = currentIdentity(alice.client.context.database);
  const thief = makeKeyPair();
  const said = { epoch: 2, time: 1, oldKey: owner.publicKey, newKey: thief.publicKey, previous: noStatement };
  const signed = signStatement(said, owner.privateKey, thief.privateKey);
  await turn(bob.client.context, (work) =>
    followTo(work, [signed], { newest: thief.publicKey, sealKey: thief.publicKey }),
  );
  expect(bob.contact('alice')).toMatchObject({ epoch: 2, state: 'not-compared' });
  await alice.client.rotate();
  expect(await bob.joins(await alice.link())).toBe('new');
  expect(bob.contact('alice')).toMatchObject({ epoch: 2, state: 'conflict' });
  expect(bob.lines('alice').at(-1)).toContain('two different new keys; sending is stopped');
  expect(bob.contact('alice 2')).toMatchObject({ epoch: 2, state: 'not-compared' });
});

test('joins a link whose statements claim one epoch twice, without the second claim', async () => {
  const inviter = await startFakeInviter(() => [blob]);
  const { person } = inviter;
  const [first, second] = [makeKeyPair(), makeKeyPair()];
  const say = (from: KeyPair, to: KeyPair): SignedStatement =>
    signStatement(
      { epoch: 3, time: 1, oldKey: from.publicKey, newKey: to.publicKey, previous: noStatement },
      from.privateKey,
      to.privateKey,
    );
  const newest = { publicKey: person.identity, privateKey: person.privateKey };
  const statements = [say(first, second), say(second, newest)];
  const blob = inviter.seal(encodeBundle({ ...person.bundle(), epoch: 3, statements }));
  const bob = await newMortal('bob');
  expect(await bob.joins(inviter.link)).toBe('new');
  const { database } = bob.client.context;
  expect(findKey(database, second.publicKey)).toMatchObject({ epoch: 2 });
  expect(findKey(database, first.publicKey)).toBeNull();
});

test('other people’s statements in a link make nobody theirs', () => {
  const [alice, mallory, next] = [makeKeyPair(), makeKeyPair(), makeKeyPair()];
  const said = { epoch: 2, time: 1, oldKey: alice.publicKey, newKey: next.publicKey, previous: noStatement };
  const foreign = signStatement(said, alice.privateKey, next.privateKey);
  const of = { identity: next.publicKey, epoch: 2 };
  expect(keysBefore([foreign], of)).toEqual([{ epoch: 1, identity: alice.publicKey }]);
  expect(keysBefore([foreign], { ...of, identity: mallory.publicKey })).toEqual([]);
  expect(keysBefore([foreign], { ...of, epoch: 5 })).toEqual([]);
  const own = signStatement(
    { ...said, oldKey: mallory.publicKey, epoch: 3 },
    mallory.privateKey,
    next.privateKey,
  );
  expect(keysBefore([foreign, own], { ...of, epoch: 3 })).toEqual([
    { epoch: 2, identity: mallory.publicKey },
  ]);
});
