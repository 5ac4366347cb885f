import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { onionKeyFile, onionName, onionPlace } from '../../source/core/onion.ts';
import { parsePlace } from '../../source/core/place.ts';

test('makes the same name of a public key as Tor', () => {
  // The name of the Tor Project's own site carries its key.
  const name = '2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid';
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const bits = Array.from(name, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Uint8Array.from(bits.match(/.{8}/gu) ?? [], (byte) => Number.parseInt(byte, 2));
  expect(onionName(bytes.subarray(0, 32))).toBe(`${name}.onion`);
});

test('a seed makes a place and its key file', () => {
  const seed = new Uint8Array(32).fill(5);
  expect(parsePlace(onionPlace(seed))).toMatchObject({ port: 80, secure: false });
  const file = Buffer.from(onionKeyFile(seed));
  expect(file.length).toBe(96);
  expect(file.subarray(0, 32).toString('latin1')).toBe('== ed25519v1-secret: type0 ==\0\0\0');
  const hash = createHash('sha512').update(seed).digest();
  expect(file.subarray(33, 63)).toEqual(hash.subarray(1, 31));
  expect([file.readUInt8(32) & 7, file.readUInt8(63) >> 6]).toEqual([0, 1]);
});
