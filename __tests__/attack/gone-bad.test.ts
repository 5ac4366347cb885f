import { readdir, rename } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { slotId } from '../../source/core/request.ts';
import { turn } from '../../source/session/work/work.ts';
import { slotList } from '../../source/session/work/slots.ts';
import { takeAnswer } from '../../source/session/kinds/receipt.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { changeContact, contactOf } from '../../source/store/contacts.ts';
import type { Database } from '../../source/store/database.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { liar } from '../support/liar.ts';
import { mortalPair, noticesIn } from '../support/mortal-pair.ts';
import { newMortal, talk } from '../support/mortal-people.ts';

// Recovery, abused by a contact gone bad who took over the listener, and by the thief of an old key.

function count(database: Database, what: string): number {
  return database.get<{ count: number }>(`SELECT count(*) AS count FROM ${what}`)!.count;
}

test('mail that a listener puts into another contact’s slot makes nobody a stranger', async () => {
  const people = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')] as const;
  const [alice, bob, carol] = people;
  await bob.joins(await alice.link());
  await carol.joins(await alice.link());
  await talk(...people);
  await carol.client.send('from carol');
  await carol.client.carry(alice.home);
  const folder = inboxFolder(alice.client.context.paths.inbox, 'new');
  for (const name of await readdir(folder)) {
    const parts = name.split('-').with(3, slotId(alice.contact('bob')!.mySlot));
    await rename(`${folder}/${name}`, `${folder}/${parts.join('-')}`);
  }
  await alice.client.receive(0);
  expect(await alice.quarantined()).toBe(1);
  expect(alice.contact('bob')).toMatchObject({ state: 'not-compared', rival: null });
  expect([alice.lines('bob'), alice.lines('carol')]).toEqual([[], []]);
});

test('a stranger in the name of a revoked contact does not turn it into a conflict, which a link would end', async () => {
  const { alice } = await mortalPair();
  await turn(alice.context, ({ database }) => changeContact(database, 1, { state: 'revoked' }));
  const sender = makeKeyPair().publicKey;
  await turn(alice.context, (work) => {
    changeContact(work.database, 1, { myReset: sender.slice(0, 16), stranger: sender });
    takeAnswer(work, { ...contactKey(work.database, 1, 1), myEpoch: 1 }, sender.slice(0, 16));
  });
  expect(contactOf(alice.context.database, 1).state).toBe('revoked');
  expect(noticesIn(alice)).toHaveLength(1);
});

test('a contact that ignores a new key and resets again and again gets neither slots nor prekeys', async () => {
  const { alice, bob, wait, talk: converse } = await mortalPair();
  const { database } = alice.context;
  await alice.rotate();
  const before = [slotList(database).length, count(database, 'prekeys')];
  const { says, keys } = liar(bob, alice);
  for (let round = 0; round < 5; round += 1) {
    await wait(limits.resetEveryMs, []);
    await says({ kind: 'reset', stored: [], keys: await keys() });
  }
  expect([slotList(database).length, count(database, 'prekeys')]).toEqual(before);
  await converse();
  expect(contactOf(database, 1).followedEpoch).toBe(2);
  expect(contactOf(bob.context.database, 1).theirSlot).toEqual(contactOf(database, 1).mySlot);
});

test('a thief with a key that I retired redirects no mail in the name of a contact who no longer uses it', async () => {
  const { alice, bob, talk: converse } = await mortalPair();
  const { database } = alice.context;
  await alice.rotate();
  await converse();
  const before = contactOf(database, 1);
  const sealKey = makeKeyPair().publicKey;
  const { says, profile, keys } = liar(bob, alice);
  const elsewhere = await profile({ address: 'thief.example:1', sealKey });
  await says({ kind: 'profile', profile: elsewhere }, { seq: before.storedUpTo + 1 }, 1);
  const unsigned = { ...(await keys()), profile: elsewhere };
  await says({ kind: 'reset', stored: [], keys: unsigned }, {}, 1);
  const { address, theirSlot, followedEpoch, storedUpTo } = contactOf(database, 1);
  expect({ address, theirSlot, followedEpoch }).toEqual({
    address: before.address,
    theirSlot: before.theirSlot,
    followedEpoch: 2,
  });
  expect(storedUpTo).toBe(before.storedUpTo + 1);
  expect(contactKey(database, 1, 1).sealKey).not.toEqual(sealKey);
});

test('a contact that claims a far seq and then the loss of everything before it gets few seqs filled', async () => {
  const { alice, bob, wait } = await mortalPair();
  const { database } = alice.context;
  const { says, keys } = liar(bob, alice);
  const seq = contactOf(database, 1).storedUpTo + 1;
  await says({ kind: 'text', text: 'hello' }, { seq, ack: 2 ** 40 });
  const voids = () => count(database, "messages WHERE what = 'void'");
  for (let round = 0; round < 7; round += 1) {
    await wait(limits.resetEveryMs, []);
    await says({ kind: 'reset', stored: [], keys: await keys() });
  }
  expect(voids()).toBe(10_000);
});
