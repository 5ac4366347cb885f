/** The letters that are counted, in order. */
export const letters: readonly string[] = 'abcdefghijklmnopqrstuvwxyz'.split('');

/** How often each of the 26 letters occurs among the bytes that are ASCII letters, in either case; and the number of those bytes. */
export type LetterCount = { readonly counts: readonly number[]; readonly total: number };

const firstCapital = 0x41;
const firstSmall = 0x61;

/** Counts the letters in `bytes`: a UTF-8 text, or an envelope in which some bytes happen to be letters. */
export function countLetters(bytes: Uint8Array): LetterCount {
  const counts = letters.map(() => 0);
  let total = 0;
  for (const byte of bytes) {
    const at = byte >= firstSmall ? byte - firstSmall : byte - firstCapital;
    if (at < 0 || at >= counts.length) continue;
    counts[at] = (counts[at] ?? 0) + 1;
    total += 1;
  }
  return { counts, total };
}

/** The bits of information in each byte, from 0 to 8: Shannon's entropy of the frequencies of the byte values. 0 without bytes. */
export function entropyBits(bytes: Uint8Array): number {
  const counts = new Map<number, number>();
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}

/**
 * The average of `entropyBits` for that many random bytes: less than 8, because in a few bytes not every value is equally frequent. Good
 * for some thousand bytes and more (Miller and Madow's correction).
 */
export function noiseBits(length: number): number {
  return 8 - 255 / (2 * length * Math.LN2);
}

/**
 * The distance of letters from an even distribution: Pearson's chi-square with 25 degrees of freedom, so about 25 for random bytes, however
 * many. 0 without letters.
 */
export function unevenness({ counts, total }: LetterCount): number {
  if (total === 0) return 0;
  const even = total / counts.length;
  return counts.reduce((sum, count) => sum + (count - even) ** 2 / even, 0);
}
