import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Bytes } from '../../source/core/types.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { firstMark } from '../../source/protocol/ack-mark.ts';
import { decodeBundle, encodeBundle } from '../../source/protocol/bundle.ts';
import { isRejected } from '../../source/protocol/bytes.ts';
import { encodeContent } from '../../source/protocol/kinds/content.ts';
import type { Body } from '../../source/protocol/kinds/table.ts';
import { sealEnvelope } from '../../source/protocol/envelope.ts';
import { signKeys } from '../../source/protocol/keys.ts';
import { isWaiting } from '../../source/store/outbox.ts';
import { fingerprint } from '../../source/protocol/fingerprint.ts';
import { slotId } from '../../source/core/request.ts';
import { beginSession, ratchetEncrypt } from '../../source/protocol/ratchet.ts';
import { noStatement, signStatement, type Statement } from '../../source/protocol/rotate.ts';
import { composeUnordered } from '../../source/session/sending/compose.ts';
import { turn } from '../../source/session/work/work.ts';
import { invite } from '../../source/session/pairing/links.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { readsFor, writeChanges } from '../../source/session/work/ratchet-reads.ts';
import { barKeys, contactKey, pinKey } from '../../source/store/contact-keys.ts';
import { contactOf, contactSummaries } from '../../source/store/contacts.ts';
import { forgetContact } from '../../source/store/forget.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { openInvites } from '../../source/store/invites.ts';
import { newestSession } from '../../source/store/sessions.ts';
import { newPerson } from '../support/ratchet-person.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { newContact } from '../support/temp-database.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';
import { openIntake } from '../../source/inbox/deliver.ts';

// Lies that the parsers cannot detect and the client MUST reject all the same. Bob is the liar.

type Friends = {
  readonly alice: MortalClient;
  readonly bob: MortalClient;
  readonly carry: () => Promise<void>;
};

async function friends(): Promise<Friends> {
  const homes = await makeFriends(await tempFolder());
  const alice = await openMortal(homes[0].home, homes[0].key, null);
  const bob = await openMortal(homes[1].home, homes[1].key, null);
  onTestFinished(() => {
    alice.drop();
    bob.drop();
  });
  const carry = async (): Promise<void> => {
    while (await bob.carry(homes[0].home));
    await alice.receive(0);
  };
  return { alice, bob, carry };
}

function inboxOf(client: MortalClient): string {
  return homePaths(client.context.paths.home).inbox;
}

/** Puts an envelope into the inbox as if it had come through that slot. */
async function put(client: MortalClient, slotKey: Bytes, envelope: Uint8Array): Promise<void> {
  const intake = await openIntake(inboxOf(client));
  const place = { slotId: slotId(slotKey), bytes: envelope.length };
  intake.reserve(place);
  await intake.deliver(place, envelope);
}

function badFiles(client: MortalClient): Promise<readonly string[]> {
  return readdir(inboxFolder(inboxOf(client), 'bad'));
}

function texts(client: MortalClient): readonly string[] {
  return client.conversation().map((one) => one.text);
}

/** Makes an envelope from bob to alice with any content and any head. */
async function craft(bob: MortalClient, head: { id: Bytes; seq: number }, body: Body): Promise<Uint8Array> {
  return turn(bob.context, async (work) => {
    const key = newestSession(work.database, 1)!;
    const pinned = contactKey(work.database, 1, key.theirEpoch);
    const content = encodeContent({ ...head, ack: 0, mark: firstMark, sentAt: 0 }, body);
    const sealed = await ratchetEncrypt(readsFor(work, key, pinned.identity)!, content);
    writeChanges(work, key, sealed!.changes);
    return sealEnvelope(sealed!.inner, pinned.sealKey);
  });
}

function slotOfBob(alice: MortalClient): Bytes {
  return contactOf(alice.context.database, 1).mySlot;
}

function id(): Bytes {
  return new Uint8Array(randomBytes(16));
}

describe('a slot', () => {
  test('is for one contact: another sender’s mail does not come through it', async () => {
    const { alice, bob } = await friends();
    const { link } = await invite(alice.context, { address: '127.0.0.1:1' });
    expect(link).toContain('cryptochat:');
    const [open] = openInvites(alice.context.database);
    await put(
      alice,
      open!.slot,
      await craft(bob, { id: id(), seq: 50 }, { kind: 'text', text: 'through an invite' }),
    );
    await put(
      alice,
      new Uint8Array(32),
      await craft(bob, { id: id(), seq: 51 }, { kind: 'text', text: 'through nothing' }),
    );
    // One slice may end after the first of them.
    while ((await alice.inbox()).length > 0) await alice.receive(0);
    expect(await badFiles(alice)).toHaveLength(2);
    expect(texts(alice)).toEqual(['something arrived that could not be read; cryptochat asked for it again']);
    expect(openInvites(alice.context.database)).toHaveLength(1);
  });

  test('does not accept a stranger, whatever sender the envelope names', async () => {
    const { alice, bob } = await friends();
    const mine = currentIdentity(alice.context.database);
    const sealKey = contactKey(bob.context.database, 1, 1).sealKey;
    const stranger = newPerson();
    await put(
      alice,
      slotOfBob(alice),
      sealEnvelope({ type: 3, sender: stranger.identity, ciphertext: id() }, sealKey),
    );
    await put(
      alice,
      slotOfBob(alice),
      sealEnvelope({ type: 2, sender: mine.publicKey, ciphertext: id() }, sealKey),
    );
    while ((await alice.inbox()).length > 0) await alice.receive(0);
    expect(await badFiles(alice)).toHaveLength(2);
    expect(contactSummaries(alice.context.database)).toHaveLength(1);
  });
});

describe('a hello', () => {
  test('is refused when its proof is wrong, and the invite stays open', async () => {
    const { alice, bob } = await friends();
    await invite(alice.context, { address: '127.0.0.1:1' });
    const [open] = openInvites(alice.context.database);
    const profile = {
      name: 'bob', address: '', epoch: 1, chain: noStatement, slotKey: new Uint8Array(32),
      sealKey: currentIdentity(bob.context.database).publicKey, abilities: null,
    }; // prettier-ignore
    const hello = (proof: Bytes): Body => ({ kind: 'hello', proof, profile });
    await put(alice, open!.slot, await craft(bob, { id: id(), seq: 60 }, hello(new Uint8Array(32))));
    await alice.receive(0);
    expect(await badFiles(alice)).toHaveLength(1);
    expect(openInvites(alice.context.database)).toHaveLength(1);
    await put(alice, open!.slot, await craft(bob, { id: id(), seq: 60 }, hello(open!.proof)));
    await alice.receive(0);
    expect(await badFiles(alice)).toHaveLength(1);
    expect(openInvites(alice.context.database)).toHaveLength(0);
  });
});

describe('a repeat', () => {
  test('shows nothing and removes nothing, whether it repeats an id or a seq', async () => {
    const { alice, bob, carry } = await friends();
    await bob.send('said once');
    const sent = bob.history().find((one) => one.kind === 'text')!;
    await carry();
    const known = new Uint8Array(Buffer.from(sent.id, 'hex'));
    const { seq } = sent;
    for (const head of [
      { id: known, seq: seq + 1 },
      { id: id(), seq },
      { id: known, seq },
    ]) {
      await put(alice, slotOfBob(alice), await craft(bob, head, { kind: 'text', text: 'said again' }));
    }
    while ((await alice.inbox()).length > 0) await alice.receive(0);
    expect(texts(alice)).toEqual([
      'said once',
      expect.stringContaining('arrived with the number of another message'),
    ]);
    expect(await badFiles(alice)).toEqual([]);
    // A repeat under another seq counts there, or that seq would be missing.
    expect(contactOf(alice.context.database, 1).storedUpTo).toBe(seq + 1);
  });
});

describe('a rotation', () => {
  const ignored = 'a key change arrived that does not fit their earlier keys; it was ignored';

  type Pair = ReturnType<typeof makeKeyPair>;
  type Lie = {
    said?: Partial<Statement>;
    oldPrivate?: Bytes;
    next?: Pair;
    profileEpoch?: number;
    signedBy?: Pair;
    readBy?: Bytes;
  };

  /** A rotation by bob, true except for what `lie` changes. */
  function rotateBody(bob: MortalClient, lie: Lie): Body {
    const mine = currentIdentity(bob.context.database);
    const next = lie.next ?? makeKeyPair();
    const said = {
      epoch: 2,
      time: 1,
      oldKey: mine.publicKey,
      newKey: next.publicKey,
      previous: noStatement,
      ...lie.said,
    };
    const epoch = lie.profileEpoch ?? Math.max(1, said.epoch);
    const profile = {
      name: 'bob', address: '', epoch, chain: noStatement, sealKey: next.publicKey,
      slotKey: new Uint8Array(32), abilities: null,
    }; // prettier-ignore
    const keys = {
      profile,
      statements: [signStatement(said, lie.oldPrivate ?? mine.privateKey, next.privateKey)],
      bundle: encodeBundle({ ...newPerson(next).bundle(), epoch }),
    };
    const reader = lie.readBy ?? contactKey(bob.context.database, 1, 1).identity;
    return { kind: 'rotate', keys: signKeys(keys, (lie.signedBy ?? next).privateKey, reader) };
  }

  async function tell({ bob, carry }: Friends, lie: Lie): Promise<void> {
    await turn(bob.context, (work) =>
      composeUnordered(work, contactOf(work.database, 1), rotateBody(bob, lie), { what: 'statement' }),
    );
    await carry();
  }

  const stranger = makeKeyPair();
  const lies: Readonly<Record<string, Lie>> = {
    'of the same epoch': { said: { epoch: 1 } },
    'with the hash of other bytes': { said: { previous: new Uint8Array(32).fill(1) } },
    'from a key that is not the pinned one': {
      said: { oldKey: stranger.publicKey },
      oldPrivate: stranger.privateKey,
    },
    'not signed by the pinned key': { oldPrivate: stranger.privateKey },
    'with a profile of another epoch': { profileEpoch: 3 },
    'that another key signed': { signedBy: stranger },
    'that was meant for another contact': { readBy: stranger.publicKey },
  };

  test.each(Object.entries(lies))('%s is ignored, and the pin stays', async (_, lie) => {
    const all = await friends();
    await tell(all, lie);
    expect(texts(all.alice)).toEqual([ignored]);
    const contact = contactOf(all.alice.context.database, 1);
    expect([contact.epoch, contact.state]).toEqual([1, 'not-compared']);
    await all.bob.send('still here');
    await all.carry();
    expect(texts(all.alice)).toContain('still here');
  });

  test('is not followed when an earlier one is missing, and its sender is told which key counts', async () => {
    const all = await friends();
    await tell(all, { said: { epoch: 3 } });
    expect(texts(all.alice)).toEqual([]);
    expect(contactOf(all.alice.context.database, 1).epoch).toBe(1);
    expect(isWaiting(all.alice.context.database, 1, 'answer')).toBe(true);
  });

  test('is ignored when it leads to the key that signed it', async () => {
    const all = await friends();
    await tell(all, { next: currentIdentity(all.bob.context.database) });
    expect(texts(all.alice)).toEqual([ignored]);
  });

  test('that is true moves the pin; a second successor of the same key stops the sending', async () => {
    const all = await friends();
    await tell(all, {});
    expect(texts(all.alice)[0]).toContain('new key, signed by');
    expect(contactOf(all.alice.context.database, 1).epoch).toBe(2);
    const next = makeKeyPair();
    await tell(all, { next });
    const known = contactKey(all.alice.context.database, 1, 2).identity;
    const both = `${fingerprint(known)}\n${fingerprint(next.publicKey)}`;
    expect(texts(all.alice)[1]).toBe(`two different new keys; sending is stopped\n${both}`);
    const contact = contactOf(all.alice.context.database, 1);
    expect(contact).toMatchObject({ epoch: 2, state: 'conflict' });
    expect(contact.rival && fingerprint(contact.rival)).toBe(fingerprint(next.publicKey));
    await expect(all.alice.send('to whom?')).rejects.toMatchObject({ code: 'contact-frozen' });
  });

  test('is ignored when it leads to a barred key', async () => {
    const all = await friends();
    const next = makeKeyPair();
    const { database } = all.alice.context;
    const other = newContact(database).id;
    pinKey(database, { contactId: other, epoch: 1, identity: next.publicKey, sealKey: next.publicKey }, 1);
    barKeys(database, other);
    forgetContact(database, other);
    await tell(all, { next });
    expect(texts(all.alice)).toEqual([ignored]);
  });

  test('replaces no session when the new key sends the profile of the old one', async () => {
    const all = await friends();
    const { alice, bob, carry } = all;
    const next = makeKeyPair();
    const newBob = newPerson(next);
    const pinned = contactKey(bob.context.database, 1, 1);
    const reserve = decodeBundle(pinned.reserve!, pinned.identity);
    if (isRejected(reserve)) throw new Error(reserve.rejected);
    const reads = newBob.reads(pinned.identity);
    const { session } = await beginSession(reads, reserve);
    const body = rotateBody(bob, { next, profileEpoch: 1 });
    const content = encodeContent({ id: id(), seq: 0, ack: 0, mark: firstMark, sentAt: 0 }, body);
    const sealed = await ratchetEncrypt({ ...reads, session: () => session ?? null }, content);
    await put(alice, slotOfBob(alice), sealEnvelope(sealed!.inner, pinned.sealKey));
    await alice.receive(0);
    expect(contactOf(alice.context.database, 1).epoch).toBe(1);
    await alice.send('in the session that there is');
    expect(await alice.carry(bob.context.paths.home)).toBe(true);
    await bob.send('and back');
    await carry();
    expect(texts(alice)).toContain('and back');
  });

  test('that comes twice is followed once', async () => {
    const all = await friends();
    const next = makeKeyPair();
    await tell(all, { next });
    await tell(all, { next });
    expect(texts(all.alice)).toEqual([expect.stringContaining('new key, signed by')]);
    expect(contactOf(all.alice.context.database, 1)).toMatchObject({ epoch: 2, state: 'not-compared' });
  });
});
