import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { Bytes } from '../../source/core/types.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { messageName } from '../../source/core/message-name.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { utf8 } from '../../source/protocol/bytes.ts';
import { sealEnvelope } from '../../source/protocol/envelope.ts';
import type { Inner } from '../../source/protocol/envelope.ts';
import { slotId } from '../../source/core/request.ts';
import { ratchetEncrypt } from '../../source/protocol/ratchet.ts';
import { turn } from '../../source/session/work/work.ts';
import { readsFor } from '../../source/session/work/ratchet-reads.ts';
import { createReceiving } from '../../source/session/receive-all.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { openInvites } from '../../source/store/invites.ts';
import { newestSession } from '../../source/store/sessions.ts';
import { failedTries, forge } from '../support/far-message.ts';
import type { Forged } from '../support/far-message.ts';
import { newMortal, talk } from '../support/mortal-people.ts';
import type { MortalPerson } from '../support/mortal-people.ts';

// A tenth of the real time: how many files are handled meanwhile depends on the machine, and then only on how long it takes to list them.
vi.mock('../../source/core/limits.ts', async (actual) => {
  const { limits: real } = await actual<typeof import('../../source/core/limits.ts')>();
  return { limits: { ...real, lookAgainMs: real.lookAgainMs / 10 } };
});

// Anyone with a slot key chooses the counter of a message, and libsignal derives all keys up to it before it authenticates the message.

async function friends(): Promise<{ alice: MortalPerson; bob: MortalPerson }> {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await talk(alice, bob);
  await alice.client.send('hello');
  await talk(alice, bob);
  return { alice, bob };
}

/** The next message that bob would write to alice, and the key that it is sealed to. */
function next({ client }: MortalPerson): Promise<{ inner: Inner; sealKey: Bytes }> {
  return turn(client.context, async (work) => {
    const key = newestSession(work.database, 1)!;
    const { identity, sealKey } = contactKey(work.database, 1, key.theirEpoch);
    const sealed = await ratchetEncrypt(readsFor(work, key, identity)!, utf8('x'));
    return { inner: sealed!.inner, sealKey };
  });
}

/** Puts forged messages into alice's inbox and lets her receive all of them; returns the work that libsignal did. */
async function attack(
  alice: MortalPerson,
  bob: MortalPerson,
  { slot, forged }: { slot: Bytes; forged: readonly Forged[] },
): Promise<{ states: number; keys: number }> {
  const { inner, sealKey } = await next(bob);
  const intake = await openIntake(alice.client.context.paths.inbox);
  for (const one of forged) {
    const envelope = sealEnvelope(forge(inner, one), sealKey);
    const place = { slotId: slotId(slot), bytes: envelope.length };
    intake.reserve(place);
    await intake.deliver(place, envelope);
  }
  return failedTries(async () => {
    while ((await alice.client.inbox()).length > 0) await alice.client.receive(0);
  });
}

const key = makeKeyPair().publicKey;

describe('a contact whose messages claim to be far ahead', () => {
  test.each<[string, Forged]>([
    ['in the chain in use', { counter: 25_000 }],
    ['in a new chain', { counter: 25_000, ratchetKey: key }],
    ['in the post-quantum ratchet', { pqIndex: 25_000 }],
    ['one beyond the bound', { counter: limits.ratchetKeys + 1, ratchetKey: key }],
  ])('makes the client derive nothing: %s', async (_, forged) => {
    const { alice, bob } = await friends();
    const slot = alice.contact('bob')!.mySlot;
    const tried = await attack(alice, bob, { slot, forged: Array.from({ length: 20 }, () => forged) });
    expect(tried).toEqual({ states: 0, keys: 0 });
    expect(await alice.quarantined()).toBe(20);
    await bob.client.send('what I really say');
    await talk(alice, bob);
    expect(alice.lines('bob')).toContain('what I really say');
  });

  test('gets as many keys as its budget holds, however often it asks, and is still read when it is honest', async () => {
    const { alice, bob } = await friends();
    const slot = alice.contact('bob')!.mySlot;
    const forged = Array.from({ length: 40 }, () => ({ counter: 1900, ratchetKey: key }));
    const tried = await attack(alice, bob, { slot, forged });
    expect(tried.states).toBeGreaterThan(0);
    // The budget gains only a fraction of the requested keys while this test runs on a slow machine.
    expect(tried.keys).toBeLessThan(40 * 1900 * 0.5);
    for (let round = 0; round < 3; round += 1) {
      await bob.client.send(`text ${round}`);
      await talk(alice, bob);
    }
    expect(alice.lines('bob')).toEqual(expect.arrayContaining(['text 0', 'text 1', 'text 2']));
  });
});

describe('a stranger with a link or the card', () => {
  test.each(['link', 'card'] as const)('makes the client derive sixteen keys for a message, through the %s', async (way) => {
    const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
    await bob.joins(await alice[way]());
    const [open] = openInvites(alice.client.context.database);
    const slot = open!.slot;
    const far = [limits.nearKeys + 1, 2000, 25_000].flatMap((n) => [{ counter: n }, { pqIndex: n }]).slice(0, 4);
    expect(await attack(alice, bob, { slot, forged: far })).toEqual({ states: 0, keys: 0 });
    const near = await attack(alice, bob, { slot, forged: [{ counter: limits.nearKeys }] });
    expect(near).toEqual({ states: 1, keys: limits.nearKeys });
    await talk(alice, bob);
    expect(alice.contact('bob')).toBeDefined();
  });
}); // prettier-ignore

test('two thousand files from one contact do not delay another contact’s mail, even when it comes later', async () => {
  const people = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')] as const;
  const [alice, bob, carol] = people;
  await bob.joins(await alice.link());
  await carol.joins(await alice.link());
  await talk(...people);
  const { context } = alice.client;
  const id = slotId(alice.contact('bob')!.mySlot);
  for (let counter = 0; counter < limits.slotFiles; counter += 1) {
    const name = messageName({ time: 1, processId: 1, counter, slotId: id, bytes: 4096 });
    await writeFile(join(inboxFolder(context.paths.inbox, 'new'), name), randomBytes(4096));
  }
  await carol.client.send('was there before');
  await carol.client.carry(alice.home);
  await carol.client.send('came meanwhile');
  const junkLeft = new Map<string, number>();
  let isFirst = true;
  const receiving = createReceiving({
    ...context,
    async finish(work) {
      await context.finish(work);
      const lines = alice.lines('carol').filter((line) => !junkLeft.has(line));
      const left = lines.length > 0 ? (await alice.client.inbox()).length : 0;
      for (const line of lines) junkLeft.set(line, left);
      if (isFirst) await carol.client.carry(alice.home);
      isFirst = false;
    },
  });
  await receiving();
  expect(junkLeft.get('was there before')).toBeGreaterThan(limits.slotFiles - 128);
  // Not only when the first part of the list was done.
  expect(junkLeft.get('came meanwhile')).toBeGreaterThan(limits.slotFiles - limits.turnFiles / 2);
  expect(await alice.client.inbox()).toEqual([]);
});
