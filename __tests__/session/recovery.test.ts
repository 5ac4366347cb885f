import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { slotId } from '../../source/core/request.ts';
import { turn } from '../../source/session/work/work.ts';
import { announce } from '../../source/session/recovery/announce.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { sealKeys } from '../../source/store/identities.ts';
import { generationsOf } from '../../source/store/prekeys.ts';
import type { MortalClient } from '../support/mortal-client.ts';
import { mortalPair, noticesIn, statesOf, textsIn } from '../support/mortal-pair.ts';

const day = 24 * 3600 * 1000;

/** Puts junk into a client's inbox through the slot of its one contact. */
async function dropJunk(client: MortalClient, count = 1): Promise<void> {
  const intake = await openIntake(client.context.paths.inbox);
  const place = { slotId: slotId(contactOf(client.context.database, 1).mySlot), bytes: 4096 };
  for (let index = 0; index < count; index += 1) {
    intake.reserve(place);
    await intake.deliver(place, randomBytes(place.bytes));
  }
}

function forgetSessions(client: MortalClient): void {
  client.context.database.run('DELETE FROM sessions');
}

function outboxOf(client: MortalClient): number {
  return client.context.database.get<{ count: number }>('SELECT count(*) AS count FROM outbox')!.count;
}

test('a lost session heals, whoever writes first, and every message appears once', async () => {
  const { alice, bob, talk, carryFrom } = await mortalPair();
  await alice.send('one');
  await bob.send('uno');
  await talk();
  forgetSessions(bob);
  await alice.send('two');
  await bob.send('due');
  await carryFrom(alice);
  await carryFrom(bob);
  await alice.send('three');
  await talk();
  await bob.send('quattro');
  await talk();
  expect(textsIn(bob)).toEqual(['one', 'two', 'three']);
  expect(textsIn(alice)).toEqual(['uno', 'due', 'quattro']);
  expect(new Set([...statesOf(alice), ...statesOf(bob)])).toEqual(new Set(['delivered']));
  expect([...noticesIn(bob), ...noticesIn(alice)].length).toBeLessThanOrEqual(2);
});

test('both may lose their sessions at the same time', async () => {
  const { alice, bob, talk, carryFrom } = await mortalPair();
  await alice.send('on its way');
  await carryFrom(alice);
  forgetSessions(alice);
  forgetSessions(bob);
  await alice.send('new one');
  await bob.send('another');
  await talk();
  expect(textsIn(bob)).toEqual(['on its way', 'new one']);
  expect(textsIn(alice)).toEqual(['another']);
  for (let round = 0; round < 20; round += 1) {
    await alice.send(`to bob ${round}`);
    await bob.send(`to alice ${round}`);
    await talk();
  }
  expect(textsIn(bob)).toHaveLength(22);
  expect(textsIn(alice)).toHaveLength(21);
  expect(bob.conversation().every((one) => one.missingBefore === 0)).toBe(true);
});

test('answers a heap of junk with one reset, and an hour later with one more', async () => {
  const { alice, bob, carryFrom, wait } = await mortalPair();
  await dropJunk(alice, 200);
  while ((await alice.inbox()).length > 0) await alice.receive(0);
  expect(outboxOf(alice)).toBe(1);
  expect(await carryFrom(alice)).toBe(1);
  await wait(limits.resetEveryMs / 2);
  await dropJunk(alice);
  await alice.receive(0);
  expect(outboxOf(alice)).toBe(0);
  await wait(limits.resetEveryMs);
  expect(outboxOf(alice)).toBe(1);
  expect(noticesIn(alice)).toHaveLength(1);
  await bob.receive(0);
  expect(noticesIn(bob)).toEqual([]);
});

test('does not ask for junk again that readable mail follows, with nothing missing', async () => {
  const { alice, bob, talk, wait } = await mortalPair();
  await dropJunk(alice);
  await alice.receive(0);
  await talk();
  await dropJunk(alice);
  await alice.receive(0);
  await wait(1000);
  await bob.send('all is well');
  await talk();
  await wait(limits.resetEveryMs);
  expect(outboxOf(alice)).toBe(0);
});

test('asks for an envelope that a disk lost after a minute, and gets it', async () => {
  const { alice, bob, carryFrom, talk, wait } = await mortalPair();
  await bob.send('lost');
  await carryFrom(bob);
  for (const name of await alice.inbox()) {
    await rm(`${alice.context.paths.inbox}/new/${name}`);
  }
  await bob.send('found');
  await talk();
  expect(textsIn(alice)).toEqual(['found']);
  expect(alice.conversation().at(-1)?.missingBefore).toBeGreaterThan(0);
  await wait(limits.gapPatienceMs + 1000);
  await talk();
  expect(textsIn(alice)).toEqual(['lost', 'found']);
  expect(alice.conversation().every((one) => one.missingBefore === 0)).toBe(true);
});

test('replaces a session that was not answered for 30 days, and keeps the message', async () => {
  const { alice, bob, carryFrom, talk, wait } = await mortalPair();
  forgetSessions(alice);
  await alice.send('first of a new session');
  await carryFrom(alice);
  for (let week = 0; week < 5; week += 1) await wait(7 * day);
  await alice.send('a month later');
  expect(outboxOf(alice)).toBeGreaterThan(0);
  await talk();
  expect(textsIn(bob)).toEqual(['first of a new session', 'a month later']);
  expect(statesOf(alice)).toEqual(['delivered', 'delivered']);
});

test('keys turn over every week; two old generations still read, and a contact away for longer loses nothing', async () => {
  const { alice, bob, carryFrom, talk, wait } = await mortalPair();
  await bob.send('two weeks under way');
  for (let week = 0; week < 2; week += 1) await wait(7 * day);
  expect(sealKeys(alice.context.database)).toHaveLength(3);
  await carryFrom(bob);
  await alice.receive(0);
  expect(textsIn(alice)).toEqual(['two weeks under way']);
  expect(noticesIn(alice)).toEqual([]);
  await bob.send('five weeks under way');
  for (let week = 0; week < 5; week += 1) await wait(7 * day);
  await carryFrom(bob);
  await talk();
  await wait(7 * day);
  await talk();
  expect(sealKeys(alice.context.database)).toHaveLength(3);
  expect(textsIn(alice)).toEqual(['two weeks under way', 'five weeks under way']);
  expect(statesOf(bob)).toEqual(['delivered', 'delivered']);
});

test('mail to a key that was retired more than 14 days ago comes again under the new one', async () => {
  const { alice, bob, carryFrom, talk, wait } = await mortalPair();
  await bob.send('old mail');
  await alice.rotate();
  await wait(limits.retiredKeyLifeMs + day);
  await carryFrom(bob);
  await alice.receive(0);
  await talk();
  await wait(limits.resetEveryMs);
  await talk();
  expect(textsIn(alice)).toEqual(['old mail']);
  expect(statesOf(bob)).toEqual(['delivered']);
});

test('an unacknowledged text goes out again when its reader is heard, not every minute', async () => {
  const { alice, bob, carryFrom, talk, wait } = await mortalPair();
  await alice.send('taken and forgotten');
  await carryFrom(alice);
  for (const name of await bob.inbox()) await rm(`${bob.context.paths.inbox}/new/${name}`);
  await wait(2 * limits.resetEveryMs);
  expect(outboxOf(alice)).toBe(0);
  await bob.send('here I am');
  await carryFrom(bob);
  await alice.receive(0);
  await carryFrom(alice);
  await wait(60_000, [alice]);
  expect(outboxOf(alice)).toBe(1);
  await carryFrom(alice);
  for (let minute = 0; minute < 5; minute += 1) await wait(60_000, [alice]);
  expect(outboxOf(alice)).toBe(0);
  await talk();
  expect(textsIn(bob)).toEqual(['taken and forgotten']);
});

test('a contact heard by a clock that was ahead is not heard now: nothing goes out again', async () => {
  const { alice, carryFrom, wait } = await mortalPair();
  alice.context.database.run('UPDATE contacts SET last_heard_at = ?', [Date.now() + 40 * day]);
  await alice.send('once');
  await carryFrom(alice);
  await wait(2 * limits.resetEveryMs, [alice]);
  expect(outboxOf(alice)).toBe(0);
  alice.context.database.run('UPDATE contacts SET last_heard_at = ?', [Date.now()]);
  await wait(0, [alice]);
  expect(outboxOf(alice)).toBe(1);
});

test('an unanswered join survives when everybody is told the state of this home', async () => {
  const { alice } = await mortalPair();
  alice.context.database.run('UPDATE contacts SET last_heard_at = NULL');
  await alice.send('behind the hello');
  const before = outboxOf(alice);
  await turn(alice.context, announce);
  expect(outboxOf(alice)).toBe(before);
});

test('a home whose clock was ten years ahead continues with new keys, and loses nothing', async () => {
  const { alice, bob, carryFrom, talk, wait } = await mortalPair();
  await bob.send('under way');
  await carryFrom(bob);
  await wait(3650 * day, [alice]);
  await wait(-3650 * day, [alice]);
  expect(generationsOf(alice.context.database, 1)[0]?.at).toBe(Date.now());
  await talk();
  await bob.send('back in time');
  await talk();
  expect(textsIn(alice)).toEqual(['under way', 'back in time']);
});
