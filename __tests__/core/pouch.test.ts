import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import {
  packBlob,
  packEnvelopes,
  pouchBytes,
  pouchLength,
  pouchText,
  readPouch,
} from '../../source/core/pouch.ts';

const key = new Uint8Array(randomBytes(32));
const nonce = new Uint8Array(randomBytes(16));
const envelope = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(bytes));

test('packed mail is read back in order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...limits.bucketBytes), { minLength: 1, maxLength: 6 }), (sizes) => {
      const envelopes = sizes.map(envelope);
      const pouch = packEnvelopes(key, nonce, envelopes);
      expect(pouch).toHaveLength(pouchLength(envelopes));
      expect(readPouch(pouch)).toMatchObject({ kind: 'envelopes', envelopes });
    }),
    { numRuns: 20 },
  );
});

test('reads any bytes without an error, and takes nothing cut for a pouch', () => {
  const pouch = packEnvelopes(key, nonce, [envelope(4096)]);
  for (let length = 0; length < pouch.length; length += 97)
    expect(readPouch(pouch.slice(0, length))).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const begun = new Uint8Array([...pouch.slice(0, 20), ...bytes]);
      expect(readPouch(begun)).toBeNull();
      expect(pouchBytes(bytes)).toBeNull();
    }),
  );
});

describe('as text', () => {
  const pouch = packBlob(envelope(4096));
  const text = pouchText(pouch);

  test.each([
    ['unchanged', text],
    ['with words around it', `Dear Bob,\nhere it is:\n${text}\nAlice`],
    ['quoted', text.replaceAll(/^/gmu, '> ')],
    ['quoted twice', text.replaceAll(/^/gmu, '>> ')],
    ['in a frame', text.replaceAll(/^/gmu, '| ')],
    ['with the line ends of Windows', text.replaceAll('\n', '\r\n')],
    ['in one line', text.replaceAll('\n', ' ')],
    ['before another one', `${text}${pouchText(packBlob(envelope(4096)))}`],
  ])('%s', (_, copied) => {
    expect(pouchBytes(Buffer.from(copied))).toEqual(pouch);
  });

  test('a line is at most 64 letters', () => {
    expect(text.split('\n').every((line) => line.length <= 64)).toBe(true);
  });

  test.each([
    ['cut', text.slice(0, -40)],
    ['with another letter', text.replace(/\n\w/u, '\n!')],
    ['that begins again and again', '-----BEGIN CRYPTOCHAT POUCH-----\n'.repeat(200_000)],
    ['quoted without an end', `-----BEGIN CRYPTOCHAT POUCH-----\n${'> '.repeat(2_000_000)}`],
    ['with nothing in it', '-----BEGIN CRYPTOCHAT POUCH-----\n-----END CRYPTOCHAT POUCH-----\n'],
  ])('%s is not a pouch', (_, copied) => {
    expect(pouchBytes(Buffer.from(copied))).toBeNull();
  });
});
