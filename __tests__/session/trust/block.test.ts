import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noticesOf, openFriends, textsOf } from '../../support/open-friends.ts';
import { clientMaker } from '../../support/open-client.ts';
import { openMortal } from '../../support/mortal-client.ts';
import { block, unblock } from '../../../source/session/trust/block.ts';
import { contactOf } from '../../../source/store/contacts.ts';
import { contactKey, isBarred } from '../../../source/store/contact-keys.ts';
import { contactsWithMail } from '../../../source/store/outbox.ts';
import { slotId } from '../../../source/core/request.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { makeFriends } from '../../support/two-homes.ts';
import { until } from '../../support/until.ts';

test('stops all mail from and to a blocked contact, and delivers it after unblocking', async () => {
  const { alice, bob } = await openFriends();
  const before = (await alice.contacts())[0];
  const blocked = await alice.block({ contact: 'bob' });
  expect(blocked.state).toBe('blocked');
  expect(alice.state.get().contacts[0]?.state).toBe('blocked');
  await expect(alice.send({ contact: 'bob', text: 'x' })).rejects.toMatchObject({ code: 'contact-frozen' });
  await bob.send({ contact: 'alice', text: 'while blocked' });
  await until('bob is told that nobody knows him there', async () =>
    (await noticesOf(bob)).some((text) => text.includes('does not know you')),
  );
  expect(await alice.block({ contact: 'bob' })).toMatchObject({ state: 'blocked' });
  await until('bob remembers it', async () => ((await bob.contacts())[0]?.unknownSince ?? 0) > 0);
  await alice.idle();
  expect(await textsOf(alice)).not.toContain('while blocked');

  expect(await alice.unblock({ contact: 'bob' })).toMatchObject({ state: before?.state });
  await until('what bob wrote came', async () => (await textsOf(alice)).includes('while blocked'));
  const { id } = await alice.send({ contact: 'bob', text: 'back' });
  expect(await alice.wait({ id, want: 'delivered', timeoutMs: 15_000 })).toEqual({ state: 'delivered' });
  expect((await bob.contacts())[0]?.unknownSince).toBe(null);
  expect(await alice.unblock({ contact: 'bob' })).toMatchObject({ state: before?.state });
});

test('a contact hears of a key made during a block when it is unblocked', async () => {
  const { alice, bob } = await openFriends();
  await alice.block({ contact: 'bob' });
  const rotated = await alice.rotate();
  expect(rotated.told).toEqual([]);
  await alice.idle();
  expect((await bob.contacts())[0]?.fingerprint).not.toBe(rotated.fingerprint);
  await alice.unblock({ contact: 'bob' });
  await until('bob follows', async () => (await bob.contacts())[0]?.fingerprint === rotated.fingerprint);
  await until('alice knows', async () => (await alice.contacts())[0]?.followed === true);
});

test('takes waiting mail back and keeps it, removes the slot, and throws its files away unread', async () => {
  const [alice, bob] = await makeFriends(await tempFolder());
  const [mine, his] = [
    await openMortal(alice.home, alice.key, null),
    await openMortal(bob.home, bob.key, null),
  ];
  const { database } = mine.context;
  const slots = async (): Promise<string> => readFile(join(alice.home, 'inbox', 'slots.json'), 'utf8');
  const slot = slotId(contactOf(database, 1).mySlot);
  const key = contactKey(database, 1, 1).identity;
  await his.send('came before');
  await his.carry(alice.home);
  await mine.send('waits');
  expect([await mine.inbox(), contactsWithMail(database)]).toMatchObject([{ length: 1 }, [1]]);
  expect(await slots()).toContain(slot);

  await block(mine.context, { contact: 'bob' });
  expect([contactsWithMail(database), isBarred(database, key)]).toEqual([[], true]);
  expect(await slots()).not.toContain(slot);
  await mine.receive(0);
  expect(await mine.inbox()).toEqual([]);
  expect(await readdir(join(alice.home, 'inbox', 'bad'))).toEqual([]);
  expect(mine.history().some(({ text }) => text === 'came before')).toBe(false);
  expect(contactsWithMail(database)).toEqual([]);

  await unblock(mine.context, { contact: 'bob' });
  expect([contactsWithMail(database), isBarred(database, key)]).toEqual([[1], false]);
  expect(await slots()).toContain(slot);
  while (await mine.carry(bob.home));
  await his.receive(0);
  expect(his.history().at(-1)).toMatchObject({ text: 'waits', direction: 'in' });
  for (const client of [mine, his]) client.drop();
});

test('a receipt announces the end of a block, even when nothing waits', async () => {
  const [{ home, key }] = await makeFriends(await tempFolder());
  const alice = await openMortal(home, key, null);
  const { database } = alice.context;
  await block(alice.context, { contact: 'bob' });
  expect(contactOf(database, 1).receiptDue).toBe(0);
  await unblock(alice.context, { contact: 'bob' });
  expect(contactOf(database, 1).receiptDue).toBe(1);
  await alice.receive(0);
  expect(contactsWithMail(database)).toEqual([1]);
  alice.drop();
});

test('a blocked contact does not come in by a link, not even when forgotten; unblocking the key lets them in', async () => {
  const { alice, bob } = await openFriends();
  const his = (await alice.contacts())[0]?.fingerprint ?? '';
  await alice.block({ contact: 'bob' });
  await alice.forget({ contact: 'bob' });
  expect(await alice.contacts()).toEqual([]);
  const { link } = await bob.invite({});
  await expect(alice.join({ link })).rejects.toMatchObject({
    code: 'link-barred',
    message: expect.stringContaining(his),
  });

  await bob.forget({ contact: 'alice' });
  await bob.join({ link: (await alice.invite({})).link });
  await bob.idle();
  await alice.idle();
  expect(await alice.contacts()).toEqual([]);

  await expect(alice.unblock({ contact: `${his} F` })).rejects.toMatchObject({ code: 'contact-unknown' });
  expect(await alice.unblock({ contact: his.toLowerCase() })).toBe(null);
  expect(await alice.join({ link })).toMatchObject({ fingerprint: his });
});

test('a blocked contact keeps its earlier state, over a restart', async () => {
  const { alice, bob, reopenAlice } = await openFriends();
  const { safetyNumber } = await bob.verify({ contact: 'alice' });
  await alice.verify({ contact: 'bob', digits: safetyNumber });
  await alice.block({ contact: 'bob' });
  const again = await reopenAlice();
  expect((await again.contacts())[0]?.state).toBe('blocked');
  expect(await again.unblock({ contact: 'bob' })).toMatchObject({ state: 'compared' });
});

test('blocking one contact does not touch others', async () => {
  const { alice } = await openFriends();
  const carol = await (await clientMaker('carol'))();
  await carol.join({ link: (await alice.invite({})).link });
  await until('alice has carol', async () => (await alice.contacts()).length === 2);
  await alice.block({ contact: 'bob' });
  const { id } = await carol.send({ contact: 'alice', text: 'hi' });
  expect(await carol.wait({ id, want: 'delivered', timeoutMs: 15_000 })).toEqual({ state: 'delivered' });
});
