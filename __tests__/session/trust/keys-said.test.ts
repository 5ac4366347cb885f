import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import { openIntake } from '../../../source/inbox/deliver.ts';
import { inboxFolder } from '../../../source/inbox/maildir.ts';
import { makeKeyPair } from '../../../source/keys/identity.ts';
import { sealEnvelope } from '../../../source/protocol/envelope.ts';
import { keyTag } from '../../../source/protocol/fingerprint.ts';
import { isWaiting } from '../../../source/store/outbox.ts';
import { liar } from '../../support/liar.ts';
import { slotId } from '../../../source/core/request.ts';
import { accept } from '../../../source/session/pairing/requests.ts';
import { block, unblock } from '../../../source/session/trust/block.ts';
import { revoke } from '../../../source/session/trust/revoke.ts';
import { contactKey } from '../../../source/store/contact-keys.ts';
import { allContacts, contactOf } from '../../../source/store/contacts.ts';
import { currentIdentity } from '../../../source/store/identities.ts';
import { turn } from '../../../source/session/work/work.ts';
import { turnOver } from '../../../source/session/clockwork.ts';
import { vi } from 'vitest';
import { textsOut, twoOfWhomOneLoses } from '../../support/lost-home.ts';
import type { MortalClient } from '../../support/mortal-client.ts';
import { mortalPair, noticesIn, statesOf, textsIn } from '../../support/mortal-pair.ts';
import { newMortal, talk as talkAll } from '../../support/mortal-people.ts';

// Statements about keys arrive, whatever was lost, late, forged or set back on the way, and nobody is falsely accused.

const day = 24 * 3600 * 1000;

function epochs(client: MortalClient): readonly number[] {
  const { epoch, namedEpoch } = contactOf(client.context.database, 1);
  return [epoch, namedEpoch];
}

type Late = { readonly envelope: Uint8Array<ArrayBuffer>; readonly at: number };

function stateOf(client: MortalClient): string {
  return contactOf(client.context.database, 1).state;
}

/** An attacker on the network takes everything that waits, and answers as the other's listener would. */
function swallow(client: MortalClient): void {
  client.context.database.run('DELETE FROM outbox');
}

/** An envelope in the other's own slot, as a taken-over listener together with a holder of the seal key can place it there. */
async function forge(victim: MortalClient, sender: Uint8Array<ArrayBuffer>): Promise<void> {
  const { database, paths } = victim.context;
  const mySealKey = database.get<{ key: Uint8Array<ArrayBuffer> }>(
    'SELECT public AS key FROM seal_keys ORDER BY id DESC LIMIT 1',
  )!.key;
  const envelope = sealEnvelope({ type: 3, sender, ciphertext: new Uint8Array(300) }, mySealKey);
  const intake = await openIntake(paths.inbox);
  const place = { slotId: slotId(contactOf(database, 1).mySlot), bytes: envelope.length };
  intake.reserve(place);
  await intake.deliver(place, envelope);
}

test('repeats a lost or late statement in the next one, and the contact follows them all at once', async () => {
  const { alice, bob, talk } = await mortalPair();
  await alice.rotate();
  swallow(alice);
  await alice.rotate();
  await alice.rotate();
  await alice.send('three keys later');
  await talk();
  expect(epochs(bob)).toEqual([4, 1]);
  expect(epochs(alice)).toEqual([1, 4]);
  expect(textsIn(bob)).toEqual(['three keys later']);
});

test('repeats a swallowed statement until the contact names the key, and no more often than it must', async () => {
  const { alice, bob, talk, wait } = await mortalPair();
  await alice.rotate();
  swallow(alice);
  await talk();
  expect(epochs(bob)).toEqual([1, 1]);
  await wait(limits.resetEveryMs - 60_000);
  expect(await alice.carry(bob.context.paths.home)).toBe(false);
  await wait(60_000);
  await talk();
  expect(epochs(bob)).toEqual([2, 1]);
  expect(epochs(alice)).toEqual([1, 2]);
  await wait(day);
  await talk();
  await alice.send('with the new one');
  await talk();
  expect(textsIn(bob)).toEqual(['with the new one']);
});

test('writes nothing under the older key any more, so a text that overtakes its statement has the statement asked for', async () => {
  const { alice, bob, talk } = await mortalPair();
  await alice.rotate();
  swallow(alice);
  await alice.send('by whom?');
  await talk();
  expect(epochs(bob)).toEqual([2, 1]);
  expect(epochs(alice)).toEqual([1, 2]);
  expect(textsIn(bob)).toEqual(['by whom?']);
  expect(stateOf(bob)).toBe('not-compared');
});

test('calls nobody a forger when both rotate and one statement is swallowed', async () => {
  const { alice, bob, talk, wait } = await mortalPair();
  await alice.rotate();
  await bob.rotate();
  swallow(bob);
  for (const client of [alice, bob]) await client.send('on we go');
  await talk();
  for (let hour = 0; hour < 3; hour += 1) {
    await wait(limits.resetEveryMs);
    await talk();
  }
  for (const client of [alice, bob]) {
    expect(epochs(client)).toEqual([2, 2]);
    expect(stateOf(client)).toBe('not-compared');
    expect(textsIn(client)).toEqual(['on we go']);
    expect(statesOf(client)).toEqual(['delivered']);
  }
});

test('asks about an unknown key in a contact’s own slot, and calls it forged only when the contact answers without a statement', async () => {
  const { alice, bob, talk } = await mortalPair();
  await forge(alice, makeKeyPair().publicKey);
  await alice.receive(0);
  expect(stateOf(alice)).toBe('not-compared');
  expect(noticesIn(alice)).toEqual([
    'something arrived that could not be read; cryptochat asked for it again',
  ]);
  await talk();
  expect(stateOf(alice)).toBe('conflict');
  expect(noticesIn(alice).at(-1)).toContain('someone wrote in their name with another key');
  expect(stateOf(bob)).toBe('not-compared');
});

test('says that you need a new link when someone writes with another key and does not answer', async () => {
  const { alice, wait } = await mortalPair();
  await forge(alice, makeKeyPair().publicKey);
  await alice.receive(0);
  swallow(alice);
  await wait(limits.resetEveryMs, [alice]);
  expect(stateOf(alice)).toBe('not-compared');
  expect(noticesIn(alice).at(-1)).toContain('if they set up a new home, ask them for a new link');
});

test('does not judge an unknown key by the answer to an earlier question', async () => {
  const { alice, bob, carryFrom, talk, wait } = await mortalPair();
  await forge(alice, bob.context.database && currentIdentity(bob.context.database).publicKey);
  await alice.receive(0);
  await carryFrom(alice);
  const key = makeKeyPair().publicKey;
  await forge(alice, key);
  await alice.receive(0);
  await talk();
  expect(stateOf(alice)).toBe('not-compared');
  await wait(limits.resetEveryMs);
  await talk();
  expect(stateOf(alice)).toBe('conflict');
  expect(Buffer.compare(contactOf(alice.context.database, 1).rival!, key)).toBe(0);
});

test('understands a home that was restored right after its rotation while the contact rotated too, and falls quiet', async () => {
  const { alice, bob, backUp, loseAndRestore, carryFrom, talk } = await twoOfWhomOneLoses();
  await alice().rotate();
  const made = await backUp();
  await carryFrom('alice');
  await bob.rotate();
  await bob.receive(0);
  await carryFrom('bob');
  await loseAndRestore(made);
  await alice().send('from the new disk');
  await bob.send('from the old one');
  await talk();
  for (let hour = 0; hour < 6; hour += 1) {
    vi.setSystemTime(Date.now() + limits.resetEveryMs);
    for (const client of [alice(), bob]) await turn(client.context, turnOver);
    await talk();
  }
  const quiet = [alice(), bob].map((client) => client.context.database.all('SELECT id FROM outbox').length);
  expect(quiet).toEqual([0, 0]);
  expect(textsIn(bob)).toEqual(['from the new disk']);
  expect(textsIn(alice())).toEqual(['from the old one']);
  expect(textsOut(alice())).toEqual(['from the new disk: delivered']);
  expect([stateOf(alice()), stateOf(bob)]).toEqual(['not-compared', 'not-compared']);
  expect([epochs(alice()), epochs(bob)]).toEqual([
    [2, 2],
    [2, 2],
  ]);
});

test('accuses nobody and loses nothing when a home is restored twice within five seconds', async () => {
  const { alice, bob, backUp, loseAndRestore, talk, live } = await twoOfWhomOneLoses();
  await bob.send('before');
  await talk();
  const made = await backUp();
  await bob.send('after');
  await talk();
  await loseAndRestore(made);
  await loseAndRestore(made);
  await alice().send('restored twice');
  await talk();
  await live(2);
  expect([stateOf(alice()), stateOf(bob)]).toEqual(['not-compared', 'not-compared']);
  expect(textsIn(alice())).toEqual(['before', 'after']);
  expect(textsIn(bob)).toEqual(['restored twice']);
});

test('tells a contact that names an older key than before every key since', async () => {
  const { alice, bob, talk } = await mortalPair();
  const first = currentIdentity(alice.context.database);
  await alice.rotate();
  await talk();
  await alice.rotate();
  await talk();
  expect(epochs(alice)).toEqual([1, 3]);
  const { says } = liar(bob, alice);
  const flags = { isRevoked: false, isStopped: false, hasMoved: false };
  await says({
    kind: 'followed',
    epoch: 1,
    tag: keyTag(first.publicKey),
    place: new Uint8Array(8),
    ...flags,
  });
  expect(isWaiting(alice.context.database, 1, 'statement')).toBe(true);
  await talk();
  expect(epochs(bob)).toEqual([3, 1]);
  expect(epochs(alice)).toEqual([1, 3]);
});

test('follows a rotation when unblocked 15 days after it', async () => {
  const { alice, bob, talk, wait } = await mortalPair();
  await block(alice.context, { contact: 'bob' });
  await alice.rotate();
  await wait(15 * day);
  await unblock(alice.context, { contact: 'bob' });
  await bob.send('still there?');
  await alice.send('yes');
  await talk();
  await wait(limits.resetEveryMs);
  await talk();
  expect(epochs(bob)).toEqual([2, 1]);
  expect(textsIn(alice)).toEqual(['still there?']);
  expect(textsIn(bob)).toEqual(['yes']);
});

test('finds the contact again when both rotated and were out of reach for a month', async () => {
  const { alice, bob, talk, wait } = await mortalPair();
  await alice.rotate();
  await bob.rotate();
  for (const client of [alice, bob]) await client.send('anybody there?');
  await wait(30 * day);
  await talk();
  await wait(limits.resetEveryMs);
  await talk();
  for (const client of [alice, bob]) {
    expect(epochs(client)).toEqual([2, 2]);
    expect(textsIn(client)).toEqual(['anybody there?']);
    expect(stateOf(client)).toBe('not-compared');
  }
});

test.each(['rotate', 'revoke'] as const)(
  'a text between a key change and a %s can be read when all of it goes out later',
  async (last) => {
    const { alice, bob, talk } = await mortalPair();
    await alice.send('before');
    await alice.rotate();
    await alice.send('between');
    await (last === 'rotate' ? alice.rotate() : revoke(alice.context));
    await talk();
    expect(textsIn(bob)).toEqual(['before', 'between']);
    expect(await readdir(inboxFolder(bob.context.paths.inbox, 'bad'))).toEqual([]);
    expect(contactOf(bob.context.database, 1).myReset).toBeNull();
  },
);

test('names the newest of two keys that came at once, so nothing waits for the next hour', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await bob.client.rotate();
  await bob.client.rotate();
  await bob.client.send('two keys later');
  await talkAll(alice, bob);
  expect(alice.lines('bob')).toContain('two keys later');
  expect(bob.contact('alice')).toMatchObject({ namedEpoch: 3 });
});

test('keeps the bundle that comes with a statement, and not an older one that comes late', async () => {
  const { alice, bob, carryFrom, talk, wait } = await mortalPair();
  const { database } = bob.context;
  await alice.rotate();
  await carryFrom(alice);
  await bob.receive(0);
  const { reserve: first } = contactKey(database, 1, 2);
  expect(first).not.toBeNull();
  // The answer is lost, so the same is said again; it is held up until a newer bundle is there.
  swallow(bob);
  await wait(limits.resetEveryMs, [alice]);
  const late = alice.context.database.all<Late>('SELECT envelope, created_at AS at FROM outbox');
  expect(late).toHaveLength(1);
  swallow(alice);
  await bob.send('an answer after all');
  await talk();
  await wait(8 * day);
  await talk();
  const { reserve: newer } = contactKey(database, 1, 2);
  expect(newer).not.toEqual(first);
  for (const { envelope, at } of late)
    alice.context.database.run(
      "INSERT INTO outbox (contact_id, envelope, created_at, what) VALUES (1, ?, ?, 'statement')",
      [envelope, at],
    );
  await talk();
  expect(contactKey(database, 1, 2).reserve).toEqual(newer);
});

test.each([15, 60])(
  'finds the contact again when both rotated, each heard the other, and no answer came for %i days',
  async (days) => {
    const { alice, bob, carryFrom, talk, wait } = await mortalPair();
    for (const client of [alice, bob]) await client.rotate();
    for (const client of [alice, bob]) await carryFrom(client);
    for (const client of [alice, bob]) await client.receive(0);
    for (const client of [alice, bob]) swallow(client);
    for (let passed = 0; passed < days; passed += 1) {
      await wait(day);
      for (const client of [alice, bob]) swallow(client);
    }
    for (const client of [alice, bob]) await client.send('anybody there?');
    for (let passed = 0; passed < 2; passed += 1) {
      await wait(day);
      await talk();
    }
    for (const client of [alice, bob]) {
      expect(epochs(client)).toEqual([2, 2]);
      expect(textsIn(client)).toEqual(['anybody there?']);
      expect(stateOf(client)).toBe('not-compared');
    }
  },
);

test('says so in the conversation when it deletes an old key that a contact may still use', async () => {
  const { alice, wait } = await mortalPair();
  await alice.rotate();
  await wait(limits.neededKeyLifeMs - day, [alice]);
  expect(noticesIn(alice)).toEqual([]);
  await wait(2 * day, [alice]);
  expect(noticesIn(alice)).toEqual([
    expect.stringContaining('did not switch to your new key within half a year'),
  ]);
});

test('lets a person talk who asked by card before a rotation and is accepted on day 15', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.card());
  await talkAll(alice, bob);
  await alice.client.rotate();
  vi.setSystemTime(Date.now() + 15 * day);
  await turn(alice.client.context, turnOver);
  await accept(alice.client.context, 'bob');
  await bob.client.send('at last');
  await talkAll(alice, bob);
  vi.setSystemTime(Date.now() + limits.resetEveryMs);
  for (const { client } of [alice, bob]) await turn(client.context, turnOver);
  await talkAll(alice, bob);
  vi.useRealTimers();
  expect(alice.lines('bob')).toEqual(['at last']);
  const { database } = bob.client.context;
  const { id, epoch } = bob.contact('alice')!;
  expect(contactKey(database, id, epoch).identity).toEqual(
    currentIdentity(alice.client.context.database).publicKey,
  );
});

test('repeats a lost hello', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  swallow(bob.client);
  bob.client.context.database.run("UPDATE messages SET state = 'sent'");
  await bob.client.send('are you there?');
  await talkAll(alice, bob);
  expect(alice.contact('bob')).toBeUndefined();
  vi.setSystemTime(Date.now() + limits.resetEveryMs);
  await bob.client.lookAfter();
  await talkAll(alice, bob);
  await alice.client.send('I am');
  await talkAll(alice, bob);
  vi.useRealTimers();
  expect(alice.contact('bob')).toMatchObject({ state: 'not-compared' });
  expect(bob.lines('alice')).toContain('I am');
});

test('repeats a lost hello by the same key, even after a key change and a month in which its session became too old', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await talkAll(alice, bob);
  await bob.joins(await alice.link());
  swallow(bob.client);
  bob.client.context.database.run("UPDATE messages SET state = 'sent' WHERE state = 'queued'");
  await bob.client.rotate();
  swallow(bob.client);
  vi.setSystemTime(Date.now() + 31 * day);
  await bob.client.send('are you there?');
  await bob.client.lookAfter();
  await talkAll(alice, bob);
  vi.useRealTimers();
  expect(allContacts(alice.client.context.database)).toHaveLength(1);
  expect(alice.contact('bob')).toMatchObject({ epoch: 2, state: 'not-compared' });
  expect(alice.lines('bob')).toContain('are you there?');
});
