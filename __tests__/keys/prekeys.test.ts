import { KyberPreKeyRecord, PreKeyRecord, PrivateKey, SignedPreKeyRecord } from '@signalapp/libsignal-client';
import { expect, test } from 'vitest';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { makeKyberPreKey, makeOneTimePreKey, makeSignedPreKey } from '../../source/keys/prekeys.ts';

const identity = makeKeyPair();

function isSigned(made: { publicKey: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> }): boolean {
  return PrivateKey.deserialize(identity.privateKey).getPublicKey().verify(made.publicKey, made.signature);
}

test('a one-time prekey has its id, and no signature', () => {
  const made = makeOneTimePreKey(7);
  const record = PreKeyRecord.deserialize(made.record);
  expect([made.id, record.id()]).toEqual([7, 7]);
  expect(Buffer.from(record.publicKey().serialize())).toEqual(Buffer.from(made.publicKey));
  expect(made).not.toHaveProperty('signature');
});

test('the identity signs a signed prekey', () => {
  const made = makeSignedPreKey(8, identity.privateKey, 1234);
  const record = SignedPreKeyRecord.deserialize(made.record);
  expect([record.id(), record.timestamp()]).toEqual([8, 1234]);
  expect(Buffer.from(record.signature())).toEqual(Buffer.from(made.signature));
  expect([isSigned(made), made.publicKey.length, made.signature.length]).toEqual([true, 33, 64]);
});

test('the identity signs a Kyber prekey', () => {
  const made = makeKyberPreKey(9, identity.privateKey, 1234);
  const record = KyberPreKeyRecord.deserialize(made.record);
  expect([record.id(), record.timestamp()]).toEqual([9, 1234]);
  expect([isSigned(made), made.publicKey.length, made.publicKey[0]]).toEqual([true, 1569, 8]);
});

test('two of a kind have nothing in common', () => {
  const [one, other] = [
    makeKyberPreKey(1, identity.privateKey, 0),
    makeKyberPreKey(1, identity.privateKey, 0),
  ];
  expect(Buffer.compare(one.publicKey, other.publicKey)).not.toBe(0);
});
