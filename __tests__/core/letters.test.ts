import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { countLetters, entropyBits, letters, noiseBits, unevenness } from '../../source/core/letters.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

/** Bytes that look random, the same in every run. */
function noise(name: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(name).digest();
}

test('counts letters whatever their case, and nothing else', () => {
  const { counts, total } = countLetters(bytes('Az zA! @[`{ é 09'));
  expect(total).toBe(4);
  expect(Object.fromEntries(letters.map((letter, at) => [letter, counts[at]]))).toMatchObject({
    a: 2,
    z: 2,
    b: 0,
  });
  expect(countLetters(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))).toEqual({
    counts: letters.map(() => 2),
    total: 52,
  });
});

test('entropy is 0 for one value, 1 for two, 8 for all of them', () => {
  expect(entropyBits(bytes('aaaa'))).toBe(0);
  expect(entropyBits(bytes('abab'))).toBe(1);
  expect(entropyBits(Buffer.from(Array.from({ length: 512 }, (_, at) => at & 255)))).toBe(8);
  expect(entropyBits(new Uint8Array())).toBe(0);
});

test('noise matches the expected figures of noise, in every size of an envelope, and English does not', () => {
  for (const length of [4096, 16_384, 65_536]) {
    const some = Array.from({ length: 20 }, (_, at) => noise(`${length} ${at}`, length));
    const mean = some.reduce((sum, one) => sum + entropyBits(one), 0) / some.length;
    expect(Math.abs(mean - noiseBits(length))).toBeLessThan(0.002);
    const even = some.reduce((sum, one) => sum + unevenness(countLetters(one)), 0) / some.length;
    expect(Math.abs(even - 25)).toBeLessThan(6);
  }
  const english = bytes(
    'the letters of a sentence are not even, and everybody who counts them can tell that. '.repeat(10),
  );
  expect(entropyBits(english)).toBeLessThan(4.5);
  expect(unevenness(countLetters(english))).toBeGreaterThan(400);
  expect(unevenness(countLetters(bytes('123')))).toBe(0);
});
