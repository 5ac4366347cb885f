import { expect, test } from 'vitest';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { openBlob, sealBlob } from '../../source/protocol/blob.ts';
import { openEnvelope, sealEnvelope } from '../../source/protocol/envelope.ts';
import { readStatement, signStatement } from '../../source/protocol/rotate.ts';
import { isRejected } from '../../source/protocol/bytes.ts';
import { newPerson } from '../support/ratchet-person.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** How many of all copies of `bytes` with one bit flipped are accepted. */
function acceptedFlips(bytes: Bytes, isAccepted: (flipped: Bytes) => boolean): number {
  const copy = bytes.slice();
  let accepted = 0;
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const [at, mask] = [bit >> 3, 1 << (bit & 7)];
    copy[at] = (copy[at] ?? 0) ^ mask;
    if (isAccepted(copy)) accepted += 1;
    copy[at] = (copy[at] ?? 0) ^ mask;
  }
  expect(isAccepted(copy)).toBe(true);
  return accepted;
}

test('every bit of a blob counts', () => {
  const maker = newPerson();
  const key = new Uint8Array(32).fill(9);
  const blob = sealBlob(maker.bundle(), maker.privateKey, key);
  expect(acceptedFlips(blob, (flipped) => !isRejected(openBlob(flipped, key, maker.identity)))).toBe(0);
});

test('every bit of an envelope counts', () => {
  const seal = makeKeyPair();
  const inner = {
    type: 2,
    sender: makeKeyPair().publicKey,
    ciphertext: new Uint8Array(100).fill(1),
  } as const;
  const envelope = sealEnvelope(inner, seal.publicKey);
  expect(acceptedFlips(envelope, (flipped) => openEnvelope(flipped, seal.privateKey) !== null)).toBe(0);
});

test('every bit of a rotation statement and of its signatures counts', () => {
  const [old, next] = [makeKeyPair(), makeKeyPair()];
  const said = {
    epoch: 2,
    time: 1,
    oldKey: old.publicKey,
    newKey: next.publicKey,
    previous: new Uint8Array(32),
  };
  const signed = signStatement(said, old.privateKey, next.privateKey);
  for (const part of ['statement', 'byOld', 'byNew'] as const) {
    const isAccepted = (flipped: Bytes): boolean =>
      !isRejected(readStatement({ ...signed, [part]: flipped }));
    expect(acceptedFlips(signed[part], isAccepted)).toBe(0);
  }
});
