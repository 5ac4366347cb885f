import { PublicKey } from '@signalapp/libsignal-client';
import { expect, test } from 'vitest';
import type { Bytes } from '../../source/core/types.ts';
import { signBundle } from '../../source/protocol/blob.ts';
import { decodeBundle, encodeBundle } from '../../source/protocol/bundle.ts';
import type { Bundle } from '../../source/protocol/bundle.ts';
import { bytes32, concat, isRejected } from '../../source/protocol/bytes.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { run } from '../support/command-line.ts';
import { newPerson } from '../support/ratchet-person.ts';
import type { Person } from '../support/ratchet-person.ts';
import { attack, pair } from './adapter.ts';
import { startFakeInviter } from './fake-inviter.ts';
import { content, contactIn, insideHome, nextSeqOf, postRaw, sealRaw } from './forge.ts';
import type { Peer } from './peer.ts';
import { knownTo, noticesOf, postsOn, textsFrom, tickAll } from './said.ts';

/** Everything that a home keeps about a contact and its keys. */
function stateOf(peer: Peer, other: Peer): Promise<unknown> {
  return insideHome(peer, (client) => {
    const { database } = client.context;
    const { lastHeardAt: _, ...contact } = contactIn(client, other);
    return { ...contact, key: contactKey(database, contact.id, contact.epoch) };
  });
}

/** Envelopes sealed to `to` as `from` would seal them, except for the version, the type, the sender or the padding. */
function brokenEnvelopes(from: Peer, to: Peer): Promise<readonly Bytes[]> {
  return insideHome(from, (client) => {
    const { database } = client.context;
    const { id, epoch } = contactIn(client, to);
    const sender = currentIdentity(database).publicKey;
    const receiver = PublicKey.deserialize(contactKey(database, id, epoch).sealKey);
    const some = bytes32(new Uint8Array(100).fill(9));
    const insides = [
      ...[0, 2, 255].map((version) => concat(Uint8Array.of(version, 2), sender, some)),
      ...[0, 1, 4, 255].map((type) => concat(Uint8Array.of(1, type), sender, some)),
      concat(Uint8Array.of(1, 2), new Uint8Array(33), some),
      concat(Uint8Array.of(1, 2), sender, Uint8Array.of(255, 255, 255, 255)),
      concat(Uint8Array.of(1, 2), sender, some, Uint8Array.of(0, 0, 1)),
    ];
    return insides.map((inside) => {
      const padded = new Uint8Array(4096 - 49);
      padded.set(inside);
      return new Uint8Array(receiver.seal(padded, 'cryptochat/1 envelope'));
    });
  });
}

/** Encoded bundles that no client may accept from `maker`, by what is wrong with each. */
function brokenBundles(maker: Person): Readonly<Record<string, Bytes>> {
  const good = maker.bundle();
  const other = newPerson().bundle();
  const changed = (change: Partial<Bundle>): Bytes => encodeBundle({ ...good, ...change });
  const whole = encodeBundle(good);
  const kyberAt = whole.length - 1 - 64 - good.kyberPreKey.length - 2 - 4;
  const version = (number: number): Bytes => concat(Uint8Array.of(number), whole.subarray(1));
  return {
    'version 0': version(0),
    'version 2': version(2),
    'version 255': version(255),
    'epoch 0': changed({ epoch: 0 }),
    'no Kyber prekey': concat(whole.subarray(0, kyberAt), Uint8Array.of(0)),
    'an empty Kyber prekey': changed({ kyberPreKey: new Uint8Array(0) }),
    'another person’s Kyber prekey': changed({ kyberPreKey: other.kyberPreKey }),
    'another person’s signed prekey': changed({ signedPreKey: other.signedPreKey }),
    'a signature of nothing': changed({ signedPreKeySignature: new Uint8Array(64) }),
    'a signature of nothing under the Kyber prekey': changed({ kyberPreKeySignature: new Uint8Array(64) }),
    'everything from another person': encodeBundle(other),
    'an extra byte': concat(whole, Uint8Array.of(0)),
  };
}

test(
  'A35 refuses other versions and broken envelopes from a contact, changes nothing, and does not ask for them again',
  attack(async (newHome) => {
    const alice = await newHome('alice', { tapFrom: '127.0.0.1' });
    const bob = await newHome('bob');
    await pair(alice, bob);
    await tickAll([bob, alice]);
    const before = [await stateOf(bob, alice), postsOn(alice.wire)];
    const envelopes = await brokenEnvelopes(alice, bob);
    for (const bytes of envelopes) expect((await postRaw(alice, bob, bytes)).status).toBe(202);
    await tickAll([bob, bob]);
    expect([await stateOf(bob, alice), postsOn(alice.wire)]).toEqual(before);
    expect((await bob.status()).quarantined).toBe(envelopes.length);
    expect(await bob.lines(alice)).toEqual([]);
    await alice.say(bob, ['and still']);
    await tickAll([bob]);
    expect(await textsFrom(bob, alice)).toEqual(['and still']);
  }),
);

test(
  'A35 a reserve bundle that is broken or signed by another key replaces nothing',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    await tickAll([bob, alice]);
    const mine = await insideHome(alice, ({ context }) => currentIdentity(context.database));
    const [maker, other] = [newPerson(mine), newPerson()];
    const reserve = { ...maker.reserve(), name: 'alice' };
    expect(isRejected(decodeBundle(encodeBundle(reserve), mine.publicKey))).toBe(false);
    const lies = [
      ...Object.values(brokenBundles(maker)).map((bundle) => ({ bundle, by: maker })),
      { bundle: encodeBundle(reserve), by: other },
      { bundle: encodeBundle({ ...reserve, epoch: 2 }), by: maker },
    ];
    const keyOf = async (): Promise<unknown> => ((await stateOf(bob, alice)) as { key: unknown }).key;
    const first = await nextSeqOf(alice, bob);
    const contents = lies.map(({ bundle, by }, n) => {
      return content(first + n, {
        kind: 'reserve',
        bundle,
        signature: signBundle(bundle, by.privateKey),
      });
    });
    const before = await keyOf();
    for (const envelope of await sealRaw(alice, bob, contents)) await postRaw(alice, bob, envelope);
    await tickAll([bob]);
    expect(await keyOf()).toEqual(before);
    expect(await noticesOf(bob, alice)).toEqual([]);
    expect((await bob.status()).quarantined).toBe(0);
  }),
);

test(
  'A35 a link answered with a broken bundle, or one of another identity, makes no contact',
  attack(async (newHome) => {
    const bob = await newHome('bob');
    const blobs: Bytes[] = [];
    const fake = await startFakeInviter(() => blobs);
    const { person, seal, server } = fake;
    const broken = Object.values(brokenBundles(person)).map((bundle) => seal(bundle));
    const mallory = newPerson();
    const good = encodeBundle({ ...person.bundle(), name: 'fake' });
    blobs.push(...broken, seal(encodeBundle(mallory.bundle()), mallory), seal(good, mallory));
    const joins = blobs.map(() => `/join ${fake.link}\n`).join('');
    const ran = await run(['--plain', '--home', bob.home], joins);
    const forged = 'error: the answer to this link did not come from the person who made it';
    expect(ran.stderr.split(forged)).toHaveLength(blobs.length + 1);
    expect(await knownTo(bob)).toEqual([]);
    expect(server.received()).not.toContain('POST');
    blobs.push(seal(good));
    await bob.join(fake.link);
    expect(await knownTo(bob)).toMatchObject([{ name: 'fake' }]);
    await server[Symbol.asyncDispose]();
  }),
);
