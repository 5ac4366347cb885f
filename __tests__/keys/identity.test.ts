import { PrivateKey } from '@signalapp/libsignal-client';
import { expect, test } from 'vitest';
import { makeKeyPair, makeRegistrationId } from '../../source/keys/identity.ts';
import { importKey } from '../../source/protocol/import-key.ts';

test('a key pair is 33 and 32 bytes that belong together', () => {
  const pair = makeKeyPair();
  expect([pair.publicKey.length, pair.privateKey.length]).toEqual([33, 32]);
  const again = PrivateKey.deserialize(pair.privateKey).getPublicKey().serialize();
  expect(Buffer.from(again)).toEqual(Buffer.from(pair.publicKey));
});

test('every key pair is new, and accepted by others', () => {
  const pairs = Array.from({ length: 50 }, makeKeyPair);
  expect(new Set(pairs.map((pair) => Buffer.from(pair.privateKey).toString('hex'))).size).toBe(50);
  expect(pairs.every((pair) => importKey(pair.publicKey) !== null)).toBe(true);
});

test('a registration id is 1 to 16380', () => {
  const ids = Array.from({ length: 5000 }, makeRegistrationId);
  expect(Math.min(...ids)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...ids)).toBeLessThanOrEqual(16_380);
});
