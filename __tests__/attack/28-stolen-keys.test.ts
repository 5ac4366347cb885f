import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { turnOver } from '../../source/session/clockwork.ts';
import { turn } from '../../source/session/work/work.ts';
import { askWhereDue } from '../../source/session/recovery/ask-where-due.ts';
import { tellAddress } from '../../source/session/pairing/tell-address.ts';
import { revoke } from '../../source/session/trust/revoke.ts';
import { contactKey, noteNewCount } from '../../source/store/contact-keys.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { currentIdentity, identityOf } from '../../source/store/identities.ts';
import { fingerprint } from '../../source/protocol/fingerprint.ts';
import { placesWaitedFor } from '../../source/store/outbox.ts';
import type { Bytes, ContactState } from '../../source/core/types.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { noticesIn, textsIn } from '../support/mortal-pair.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';

// A thief has copied Alice's whole home: her keys, her session with Bob, her slot key for him, her next seq. No matter what the thief
// does first, Alice's statements about her own keys reach Bob, or he hears that two people claim to be her.

type Who = 'alice' | 'thief' | 'bob';
type Do = (who: Who) => Promise<unknown>;

let people: Record<Who, MortalClient>;
let homes: Record<Who, string>;
let aliceKey: Bytes;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = await tempFolder();
  const [alice, bob] = await makeFriends(folder);
  const stolen = join(folder, 'stolen');
  await talkBefore(alice, bob);
  await cp(alice.home, stolen, { recursive: true });
  homes = { alice: alice.home, thief: stolen, bob: bob.home };
  aliceKey = alice.key;
  people = {
    alice: await openMortal(alice.home, alice.key, null),
    thief: await openMortal(stolen, alice.key, null),
    bob: await openMortal(bob.home, bob.key, null),
  };
  onTestFinished(() => {
    for (const client of Object.values(people)) client.drop();
  });
});

/** A conversation that has gone to and fro, with the reserve bundles given. */
async function talkBefore(
  alice: { home: string; key: Bytes },
  bob: { home: string; key: Bytes },
): Promise<void> {
  const clients = [await openMortal(alice.home, alice.key, null), await openMortal(bob.home, bob.key, null)];
  for (const client of clients) await client.send('before');
  for (let busy = true; busy;) {
    busy = false;
    for (const [at, client] of clients.entries()) {
      if (await client.carry([bob.home, alice.home][at] ?? '')) busy = true;
      await client.receive(0);
    }
  }
  for (const client of clients) client.drop();
}

const writes: Do = (who) => people[who].send(`from ${who}`);
const rotates: Do = (who) => people[who].rotate();
const revokes: Do = (who) => revoke(people[who].context);
/** Tells Bob another address: what he writes goes there from then on. */
const moves: Do = (who) =>
  turn(people[who].context, (work) => tellAddress({ ...work, address: 'thief.example:8080' }));

async function carryToBob(who: Who): Promise<void> {
  while (await people[who].carry(homes.bob));
}

/** Bob reads all mail there; what he writes reaches Alice's home as long as he thinks that she is there. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    for (const who of ['alice', 'thief'] as const) await carryToBob(who);
    while ((await people.bob.inbox()).length > 0) await people.bob.receive(0);
    while (await people.bob.carry(homes.alice));
    await people.alice.receive(0);
  }
}

async function hoursLater(hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    vi.setSystemTime(Date.now() + limits.resetEveryMs);
    for (const client of Object.values(people)) await turn(client.context, askWhereDue);
    await settle();
  }
}

function stateAtBob(): ContactState {
  return contactOf(people.bob.context.database, 1).state;
}

function hasOwnersKey(): boolean {
  const { database } = people.bob.context;
  const { identity } = contactKey(database, 1, contactOf(database, 1).epoch);
  return Buffer.compare(identity, currentIdentity(people.alice.context.database).publicKey) === 0;
}

const before: Readonly<Record<string, readonly Do[]>> = {
  writes: [writes],
  'writes three times': [writes, writes, writes],
  'changes the key': [rotates],
  'writes and changes the key': [writes, rotates],
  'changes the key twice, and writes': [rotates, rotates, writes],
  'moves the mail to another address': [moves],
  'moves the mail, and changes the key': [moves, rotates],
};

describe.each(Object.entries(before))('a thief who %s first', (_, deeds) => {
  test.each([true, false])(
    'loses to the owner’s rotation, or is noticed (bob reads in between: %s)',
    async (between) => {
      for (const deed of deeds) {
        await deed('thief');
        await carryToBob('thief');
      }
      if (between) await settle();
      await rotates('alice');
      await settle();
      await hoursLater(2);
      expect(stateAtBob() === 'conflict' || hasOwnersKey()).toBe(true);
      if (deeds.includes(rotates)) expect(stateAtBob()).toBe('conflict');
    },
  );

  test.each([true, false])('cannot hold back a revocation (bob reads in between: %s)', async (between) => {
    for (const deed of deeds) {
      await deed('thief');
      await carryToBob('thief');
    }
    if (between) await settle();
    await revokes('alice');
    await settle();
    expect(stateAtBob()).toBe('revoked');
  });
});

test.each(Object.entries(before))(
  'a thief who %s after the owner rotated gets nowhere, or is noticed',
  async (_, deeds) => {
    await rotates('alice');
    await settle();
    for (const deed of deeds) {
      await deed('thief');
      await settle();
    }
    expect(hasOwnersKey()).toBe(true);
    const { address } = contactOf(people.bob.context.database, 1);
    expect(address).not.toContain('thief');
    if (deeds.includes(rotates)) expect(stateAtBob()).toBe('conflict');
  },
);

/** Alice changes her key and writes; the thief continues under the previous one. */
async function thiefGoesOn(): Promise<void> {
  await rotates('alice');
  await settle();
  await writes('alice');
  await settle();
  await writes('thief');
  await writes('thief');
  await settle();
}

test('stops sending when someone keeps using a rotated key, until the two compare', async () => {
  await thiefGoesOn();
  expect(stateAtBob()).toBe('conflict');
  expect(noticesIn(people.bob).at(-1)).toContain('still uses an old key');
});

test('leaves out a message under a changed key whose owner may have started counting again, and names the key', async () => {
  noteNewCount(people.bob.context.database, { contactId: 1, epoch: 1 });
  const stolen = fingerprint(currentIdentity(people.thief.context.database).publicKey);
  await thiefGoesOn();
  expect(stateAtBob()).toBe('not-compared');
  expect(textsIn(people.bob)).toEqual(['before', 'from alice']);
  expect(noticesIn(people.bob).find((line) => line.includes('it was ignored'))).toContain(stolen);
  await writes('alice');
  await settle();
  await hoursLater(1);
  expect(textsIn(people.bob)).toEqual(['before', 'from alice', 'from alice']);
});

test('notices a second user of the next key, after a contact started counting again', async () => {
  noteNewCount(people.bob.context.database, { contactId: 1, epoch: 1 });
  await rotates('alice');
  await settle();
  await writes('alice');
  await settle();
  people.thief.drop();
  const copy = join(homes.thief, '..', 'stolen again');
  await cp(homes.alice, copy, { recursive: true });
  people.thief = await openMortal(copy, aliceKey, null);
  await thiefGoesOn();
  expect(stateAtBob()).toBe('conflict');
});

test('names the two successors when one key has two', async () => {
  for (let round = 0; round < 2; round += 1) {
    await rotates('alice');
    await settle();
  }
  await rotates('thief');
  await settle();
  const [owners, thiefs] = (['alice', 'thief'] as const).map((who) =>
    fingerprint(identityOf(people[who].context.database, 2)!.publicKey),
  );
  expect(noticesIn(people.bob).at(-1)).toBe(
    `two different new keys; sending is stopped\n${owners}\n${thiefs}`,
  );
});

test('tells the owner when a thief redirects the mail', async () => {
  await moves('thief');
  await carryToBob('thief');
  await people.bob.receive(0);
  while (await people.bob.carryElsewhere(homes.alice));
  await people.alice.receive(0);
  expect(noticesIn(people.alice).at(-1)).toContain('they now use another address for you');
});

test('tells the owner when a thief rotates and redirects the mail', async () => {
  await moves('thief');
  await rotates('thief');
  await carryToBob('thief');
  while ((await people.bob.inbox()).length > 0) await people.bob.receive(0);
  while (await people.bob.carryElsewhere(homes.alice));
  await people.alice.receive(0);
  expect(noticesIn(people.alice).join('\n')).toContain('they now use another address for you');
});

/** Bob's mail for Alice's earlier places reaches her home, and she reads it. */
async function elsewhereToAlice(): Promise<void> {
  while (await people.bob.carryElsewhere(homes.alice));
  while ((await people.alice.inbox()).length > 0) await people.alice.receive(0);
}

async function bobReads(): Promise<void> {
  while ((await people.bob.inbox()).length > 0) await people.bob.receive(0);
}

const inAliceName = 'they switched to a key in your name that this home did not make';

test('tells the owner when a thief rotates and redirects the mail to another slot at the same address', async () => {
  await rotates('thief');
  await carryToBob('thief');
  await bobReads();
  await elsewhereToAlice();
  expect(noticesIn(people.alice).at(-1)).toContain(inAliceName);
});

test('tells the owner who asks, even when the thief has replaced the prekeys', async () => {
  vi.setSystemTime(Date.now() + 8 * 24 * 3600 * 1000);
  await turn(people.thief.context, turnOver);
  await carryToBob('thief');
  await bobReads();
  vi.setSystemTime(Date.now() + 1000);
  await rotates('thief');
  await carryToBob('thief');
  await bobReads();
  await elsewhereToAlice();
  expect(noticesIn(people.alice).at(-1)).toContain('could not be read; cryptochat asked for it again');
  await carryToBob('alice');
  await bobReads();
  await elsewhereToAlice();
  expect(noticesIn(people.alice).at(-1)).toContain(inAliceName);
});

async function aliceIsAt(address: string): Promise<void> {
  await turn(people.alice.context, (work) => tellAddress({ ...work, address }));
  await carryToBob('alice');
  await bobReads();
}

test('tells the owner about a thief who redirects the mail soon after the owner moved', async () => {
  await aliceIsAt('office.example:8080');
  await writes('thief');
  await moves('thief');
  await carryToBob('thief');
  await bobReads();
  const waiting = placesWaitedFor(people.bob.context.database, 1).map(({ address }) => address);
  expect(waiting).toContain('office.example:8080');
});

test('does not warn an owner who moves and comes back', async () => {
  await aliceIsAt('office.example:8080');
  await aliceIsAt('train.example:8080');
  await elsewhereToAlice();
  await aliceIsAt('127.0.0.1:1');
  await elsewhereToAlice();
  expect(noticesIn(people.alice)).toEqual([]);
  expect(placesWaitedFor(people.bob.context.database, 1)).toEqual([]);
});

test('says that two homes use one key when their messages clash', async () => {
  for (const who of ['thief', 'alice'] as const) {
    await writes(who);
    await carryToBob(who);
  }
  while ((await people.bob.inbox()).length > 0) await people.bob.receive(0);
  expect(noticesIn(people.bob).join('\n')).toMatch(
    /two homes use their key|asks? for it again|asked for it again/u,
  );
  await settle();
  await hoursLater(2);
  expect(textsIn(people.bob)).toEqual(expect.arrayContaining(['from alice', 'from thief']));
});

test('leaves word at the first few places when a contact moves again and again', async () => {
  for (let round = 0; round < 7; round += 1) {
    await turn(people.thief.context, (work) =>
      tellAddress({ ...work, address: `thief${round}.example:8080` }),
    );
    await carryToBob('thief');
    while ((await people.bob.inbox()).length > 0) await people.bob.receive(0);
  }
  const { database } = people.bob.context;
  expect(placesWaitedFor(database, 1).map(({ address }) => address)).toEqual([
    '127.0.0.1:1',
    'thief0.example:8080',
    'thief1.example:8080',
    'thief2.example:8080',
  ]);
  expect(contactOf(database, 1).address).toBe('thief6.example:8080');
});
