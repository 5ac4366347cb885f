import { randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { sealEnvelope } from '../../source/protocol/envelope.ts';
import { slotId } from '../../source/core/request.ts';
import { turnOver } from '../../source/session/clockwork.ts';
import { turn } from '../../source/session/work/work.ts';
import { join } from '../../source/session/pairing/join.ts';
import { myProfile } from '../../source/session/keyring/profile.ts';
import { announce } from '../../source/session/recovery/announce.ts';
import { askWhereDue } from '../../source/session/recovery/ask-where-due.ts';
import { compose } from '../../source/session/sending/compose.ts';
import { changeContact, contactOf } from '../../source/store/contacts.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { openInvites } from '../../source/store/invites.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { newMortal, talk, type MortalPerson } from '../support/mortal-people.ts';
import { tempFolder } from '../support/temp-home.ts';

// An attacker has one of alice's links, and perhaps bob's home from before he changed his key.

const day = 24 * 3600 * 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
});

async function friends(): Promise<readonly [alice: MortalPerson, bob: MortalPerson]> {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await bob.client.send('one');
  await talk(alice, bob);
  await alice.client.send('two');
  await talk(alice, bob);
  return [alice, bob];
}

/** A copy of bob's home; bob then rotates to a new key that alice follows. */
async function robbed(alice: MortalPerson, bob: MortalPerson): Promise<MortalClient> {
  const stolen = joinPath(await tempFolder(), 'stolen');
  await cp(bob.home, stolen, { recursive: true });
  const thief = await openMortal(stolen, bob.key, null);
  onTestFinished(() => thief.drop());
  await bob.client.rotate();
  await bob.client.send('by the new key');
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject({ epoch: 2, state: 'not-compared' });
  return thief;
}

async function pass(ms: number, ...people: readonly MortalPerson[]): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  for (const { client } of people)
    await turn(client.context, async (work) => {
      await turnOver(work);
      await askWhereDue(work);
    });
}

test('a thief of an older key with a link cannot hold back the owner’s key change', async () => {
  const [alice, bob] = await friends();
  const thief = await robbed(alice, bob);
  await pass(20 * day, alice, bob);
  await talk(alice, bob);
  // Bob is away from here on.
  await alice.client.rotate();
  expect((await join(thief.context, { link: await alice.link() })).joined).toBe('again');
  thief.context.database.run('DELETE FROM outbox');
  await turn(thief.context, announce);
  while (await thief.carry(alice.home));
  await alice.client.receive(0);
  expect(alice.contact('bob')).toMatchObject({ epoch: 2, namedEpoch: 1, state: 'not-compared' });
  for (let days = 0; days < 16; days += 1) await pass(day, alice);
  await bob.client.send('I am back');
  for (let hours = 0; hours < 30; hours += 1) {
    await talk(alice, bob);
    await pass(limits.resetEveryMs, alice, bob);
  }
  expect(alice.lines('bob')).toContain('I am back');
  expect(bob.contact('alice')).toMatchObject({ epoch: 2 });
});

test('a thief of an older key cannot use up its owner’s numbers with hellos', async () => {
  const [alice, bob] = await friends();
  const thief = await robbed(alice, bob);
  await turn(thief.context, async (work) => {
    changeContact(work.database, 1, { nextSeq: contactOf(bob.client.context.database, 1).nextSeq });
    const profile = myProfile(work, 1, currentIdentity(work.database));
    for (let count = 0; count < 5; count += 1)
      await compose(work, 1, { kind: 'hello', proof: new Uint8Array(32), profile });
  });
  while (await thief.carry(alice.home));
  await alice.client.receive(0);
  await bob.client.send('from bob');
  await talk(alice, bob);
  for (let hours = 0; hours < 3; hours += 1) {
    await pass(limits.resetEveryMs, alice, bob);
    await talk(alice, bob);
  }
  expect(alice.lines('bob').slice(-2)).toEqual(['by the new key', 'from bob']);
  expect(bob.lines('alice').filter((line) => line.includes('earlier state'))).toEqual([]);
});

test('junk through a link in a contact’s name is asked about once, and moves nothing', async () => {
  const [alice, bob] = await friends();
  const { database, paths } = alice.client.context;
  await alice.link();
  const [invite] = openInvites(database);
  const sealKey = database.get<{ key: Uint8Array<ArrayBuffer> }>(
    'SELECT public AS key FROM seal_keys ORDER BY id DESC LIMIT 1',
  )!.key;
  const sender = currentIdentity(bob.client.context.database).publicKey;
  const asked: number[] = [];
  for (let hours = 0; hours < 6; hours += 1) {
    const ciphertext = new Uint8Array(randomBytes(300));
    const envelope = sealEnvelope({ type: 3, sender, ciphertext }, sealKey);
    const intake = await openIntake(paths.inbox);
    const place = { slotId: slotId(invite!.slot), bytes: envelope.length };
    intake.reserve(place);
    await intake.deliver(place, envelope);
    await alice.client.receive(0);
    asked.push(database.all("SELECT id FROM outbox WHERE what = 'reset'").length);
    await talk(alice, bob);
    vi.setSystemTime(Date.now() + limits.resetEveryMs);
  }
  expect(asked).toEqual([1, 0, 0, 0, 0, 0]);
  expect(alice.contact('bob')).toMatchObject({ epoch: 1, followedEpoch: 1, namedEpoch: 1 });
});
