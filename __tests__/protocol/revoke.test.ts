import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { isRejected } from '../../source/protocol/bytes.ts';
import { readRevocation, revocationLength, signRevocation } from '../../source/protocol/revoke.ts';
import { bytes } from '../support/arbitraries.ts';

const pair = makeKeyPair();
const said = { time: 1_700_000_000_000, identity: pair.publicKey };
const revocation = signRevocation(said, pair.privateKey);

test('a key revokes itself', () => {
  expect(revocation).toHaveLength(revocationLength);
  expect(readRevocation(revocation)).toEqual(said);
});

test('no key revokes another', () => {
  const other = makeKeyPair();
  const forged = signRevocation(said, other.privateKey);
  expect(readRevocation(forged)).toEqual({ rejected: 'revocation signature' });
  const stolen = signRevocation({ ...said, identity: other.publicKey }, pair.privateKey);
  expect(readRevocation(stolen)).toEqual({ rejected: 'revocation signature' });
});

test('every bit of it counts', () => {
  for (let bit = 0; bit < revocation.length * 8; bit += 1) {
    const flipped = revocation.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    expect([bit, isRejected(readRevocation(flipped))]).toEqual([bit, true]);
  }
});

test('no bytes make its reader throw', () => {
  const cut = fc.nat(revocationLength - 1).map((length) => revocation.slice(0, length));
  const longer = bytes(1, 80).map((rest) => new Uint8Array([...revocation, ...rest]));
  fc.assert(
    fc.property(fc.oneof(bytes(0, 200), cut, longer), (given) => {
      expect(isRejected(readRevocation(given))).toBe(true);
    }),
  );
});
