import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { allContacts } from '../../source/store/contacts.ts';
import { identityOf, sealKeys } from '../../source/store/identities.ts';
import { attack, figure, pair } from './adapter.ts';
import { insideHome } from './forge.ts';
import { findSecrets, haveBytesInCommon, postedBodies } from './needles.ts';
import type { Peer } from './peer.ts';

/** Every key that names or opens something of this person now. */
async function keysOf(peer: Peer): Promise<Readonly<Record<string, Uint8Array>>> {
  return insideHome(peer, ({ context: { database } }) => {
    const identities = [1, 2, 3].flatMap((epoch) => identityOf(database, epoch) ?? []);
    return Object.fromEntries([
      ...identities.flatMap(({ epoch, publicKey, privateKey }) => [
        [`${peer.name}'s identity ${epoch}`, publicKey.slice(1)],
        [`${peer.name}'s private identity ${epoch}`, privateKey],
      ]),
      ...sealKeys(database).map((key, n) => [`${peer.name}'s seal key ${n}`, key.publicKey.slice(1)]),
      ...allContacts(database).map(({ name, mySlot }) => [
        `the slot of ${name}, epoch ${identities.length}`,
        mySlot,
      ]),
    ]) as Record<string, Uint8Array>;
  });
}

test(
  'A39 an eavesdropper from first contact to a rotated key sees no key, name or text, and no byte sequence twice',
  attack(async (newHome) => {
    const alice = await newHome('alice-in-the-north', { tapFrom: '127.0.0.1' });
    const bob = await newHome('bob-in-the-south', { tapFrom: '127.0.0.1' });
    const talk = async (day: number): Promise<void> => {
      const texts = Array.from({ length: figure(100, 4) }, (_, n) => {
        return `phrase ${day} ${n} ${n === 1 ? 'long '.repeat(1000) : ''}`;
      });
      await alice.say(
        bob,
        texts.map((text) => `${text} from the north`),
      );
      await bob.say(
        alice,
        texts.map((text) => `${text} from the south`),
      );
      for (const peer of [alice, bob, alice]) await peer.tick();
    };
    await pair(alice, bob);
    const secrets = { ...(await keysOf(alice)), ...(await keysOf(bob)) };
    await talk(1);
    await alice.rotate();
    await talk(2);
    Object.assign(secrets, await keysOf(alice), await keysOf(bob));
    const texts = ['phrase', 'long long', 'north', 'south', alice.name, bob.name].map((text) => [
      text,
      Buffer.from(text),
    ]);
    Object.assign(secrets, Object.fromEntries(texts));
    expect(Object.keys(secrets).length).toBeGreaterThan(15);
    expect((await alice.lines(bob)).filter(({ kind }) => kind === 'text')).toHaveLength(figure(400, 16));

    const wires = [alice.wire!, bob.wire!];
    const heard = Buffer.concat(wires.map((wire) => wire.heard()));
    expect(findSecrets(heard, secrets)).toEqual([]);
    const bodies = wires.flatMap((wire) => postedBodies(wire.asked()));
    expect(bodies.length).toBeGreaterThan(16);
    expect(bodies.filter(({ length }) => !limits.bucketBytes.some((bucket) => bucket === length))).toEqual(
      [],
    );
    expect(haveBytesInCommon(bodies)).toBe(false);
  }),
);

test('the search for secrets on the wire finds those that are there', () => {
  const noise = randomBytes(4096);
  const secrets = { one: randomBytes(32), other: randomBytes(32) };
  const hide = (secret: Buffer | string): Buffer =>
    Buffer.concat([noise.subarray(0, 99), Buffer.from(secret), noise.subarray(99)]);
  expect(findSecrets(noise, secrets)).toEqual([]);
  for (const phase of [0, 1, 2]) {
    const longer = Buffer.concat([noise.subarray(0, phase), secrets.one, noise.subarray(0, 5)]);
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      const spelled = encoding === 'latin1' ? longer : longer.toString(encoding);
      expect(findSecrets(hide(spelled), secrets)).toEqual(['one']);
    }
  }
  const other = randomBytes(4096);
  expect(haveBytesInCommon([noise, other])).toBe(false);
  expect(haveBytesInCommon([noise, Buffer.concat([other, noise.subarray(7, 22)])])).toBe(false);
  expect(haveBytesInCommon([noise, Buffer.concat([other, noise.subarray(7, 23)])])).toBe(true);
});
