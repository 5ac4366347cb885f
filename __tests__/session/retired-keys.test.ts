import { expect, test } from 'vitest';
import { openIntake } from '../../source/inbox/deliver.ts';
import type { Bytes } from '../../source/core/types.ts';
import { firstMark } from '../../source/protocol/ack-mark.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { signKeys } from '../../source/protocol/keys.ts';
import { myProfile } from '../../source/session/keyring/profile.ts';
import { encodeContent } from '../../source/protocol/kinds/content.ts';
import { noReset } from '../../source/protocol/kinds/receipt.ts';
import type { Body } from '../../source/protocol/kinds/table.ts';
import { sealEnvelope } from '../../source/protocol/envelope.ts';
import { slotId } from '../../source/core/request.ts';
import { ratchetEncrypt } from '../../source/protocol/ratchet.ts';
import { noStatement } from '../../source/protocol/rotate.ts';
import { turn } from '../../source/session/work/work.ts';
import { readsFor, writeChanges } from '../../source/session/work/ratchet-reads.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { newestSession } from '../../source/store/sessions.ts';
import type { MortalClient } from '../support/mortal-client.ts';
import { mortalPair, noticesIn, statesOf, textsIn } from '../support/mortal-pair.ts';

// Bob has changed his key, and a thief has the old one, with the session that it had.

type Thief = {
  /** Bob's old private key. */
  readonly retired: Bytes;
  readonly alice: MortalClient;
  readonly bob: MortalClient;
  /** Writes to alice with the retired key, and lets her read it. */
  readonly says: (ack: number, body: Body) => Promise<void>;
  readonly talk: () => Promise<void>;
};

async function thief(): Promise<Thief> {
  const { alice, bob, talk } = await mortalPair();
  await alice.send('one');
  await talk();
  const retired = currentIdentity(bob.context.database).privateKey;
  await bob.rotate();
  const old = newestSession(bob.context.database, 1, 1)!;
  await talk();
  const says = async (ack: number, body: Body): Promise<void> => {
    const envelope = await turn(bob.context, async (work) => {
      const theirs = contactKey(work.database, 1, old.theirEpoch);
      const head = { id: new Uint8Array(16), seq: 0, ack, mark: firstMark, sentAt: Date.now() };
      const reads = readsFor(work, old, theirs.identity)!;
      const sealed = (await ratchetEncrypt(reads, encodeContent(head, body)))!;
      writeChanges(work, old, sealed.changes);
      return sealEnvelope(sealed.inner, theirs.sealKey);
    });
    const intake = await openIntake(alice.context.paths.inbox);
    const { mySlot } = contactOf(alice.context.database, 1);
    const place = { slotId: slotId(mySlot), bytes: envelope.length };
    intake.reserve(place);
    await intake.deliver(place, envelope);
    await alice.receive(0);
  };
  return { alice, bob, retired, says, talk };
}

test('a retired key changes nothing by its acknowledgements', async () => {
  const { alice, says } = await thief();
  const before = contactOf(alice.context.database, 1);
  await says(2 ** 40, { kind: 'receipt', answers: noReset, stored: [] });
  const after = contactOf(alice.context.database, 1);
  expect([after.nextSeq, after.ackedUpTo]).toEqual([before.nextSeq, before.ackedUpTo]);
  expect(after.lastHeardAt).toBeGreaterThanOrEqual(before.lastHeardAt!);
  expect(noticesIn(alice).filter((text) => text.includes('earlier state'))).toEqual([]);
});

test('a reset by a retired key is reported, and nothing goes out again, or elsewhere', async () => {
  const { alice, retired, says, talk } = await thief();
  const before = contactOf(alice.context.database, 1);
  const stranger = currentIdentity(alice.context.database).publicKey;
  const profile = {
    name: 'bob', address: 'thief.example:1', epoch: 1, chain: noStatement,
    sealKey: stranger, slotKey: new Uint8Array(32).fill(9), abilities: null,
  }; // prettier-ignore
  const keys = signKeys({ profile, statements: [], bundle: new Uint8Array(0) }, retired, stranger);
  await says(0, { kind: 'reset', stored: [], keys });
  const { address, theirSlot, nextSeq, followedEpoch, againFrom } = contactOf(alice.context.database, 1);
  expect({ address, theirSlot, nextSeq, followedEpoch, againFrom }).toEqual({
    address: before.address,
    theirSlot: before.theirSlot,
    nextSeq: before.nextSeq,
    followedEpoch: before.followedEpoch,
    againFrom: 0,
  });
  expect(statesOf(alice)).toEqual(['delivered']);
  expect(noticesIn(alice).at(-1)).toContain('with an older key');
  await alice.send('two');
  await talk();
  expect(statesOf(alice)).toEqual(['delivered', 'delivered']);
  expect(textsIn(alice)).toEqual([]);
});

test.each(['rotate', 'reset'] as const)(
  'ignores keys meant for another contact, sent as a %s with the retired key',
  async (kind) => {
    const { alice, bob, says, talk } = await thief();
    const before = contactOf(alice.context.database, 1);
    const mine = currentIdentity(bob.context.database);
    const keys = await turn(bob.context, (work) => {
      const profile = { ...myProfile(work, 1, mine), slotKey: new Uint8Array(32).fill(9) };
      const carol = makeKeyPair().publicKey;
      return signKeys({ profile, statements: [], bundle: new Uint8Array(0) }, mine.privateKey, carol);
    });
    await says(0, { kind, stored: [], keys });
    expect(contactOf(alice.context.database, 1).theirSlot).toEqual(before.theirSlot);
    expect(noticesIn(alice).at(-1)).toContain('does not fit their earlier keys');
    await alice.send('two');
    await talk();
    expect(statesOf(alice)).toEqual(['delivered', 'delivered']);
  },
);
