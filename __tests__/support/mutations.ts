import fc from 'fast-check';
import { vi } from 'vitest';
import type { Bytes } from '../../source/core/types.ts';
import { concat } from '../../source/protocol/bytes.ts';
import { bytes } from './arbitraries.ts';

const slow = process.env['SLOW'] === '1';

/** How many inputs each parser is given: the whole figure under SLOW=1. */
export const runs = slow ? 100_000 : 2000;

// Every input is worth its time, but a hang is to be seen.
if (slow) vi.setConfig({ testTimeout: 3_600_000 });

type Edit = (whole: Bytes, other: Bytes) => Bytes;

/** A place in bytes of any length, the end too. */
const place = fc.nat(2 ** 31 - 1);
const numbers = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 2 ** 53, 2 ** 53 - 1];

const flip = fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([at, mask]): Edit => (whole) => {
  const copy = whole.slice();
  const index = at % Math.max(1, copy.length);
  if (index < copy.length) copy[index] = (copy[index] ?? 0) ^ mask;
  return copy;
});

const cut = fc.tuple(place, place).map(([at, count]): Edit => (whole) => {
  const from = at % (whole.length + 1);
  return concat(whole.subarray(0, from), whole.subarray(from + (count % (whole.length - from + 1))));
});

const repeat = fc.tuple(place, place).map(([at, count]): Edit => (whole) => {
  const from = at % (whole.length + 1);
  const piece = whole.subarray(from, from + (count % 64));
  return concat(whole.subarray(0, from), piece, whole.subarray(from));
});

const splice = fc.tuple(place, place).map(([at, from]): Edit => (whole, other) => {
  return concat(whole.subarray(0, at % (whole.length + 1)), other.subarray(from % (other.length + 1)));
});

const put = fc.tuple(place, fc.nat(9), bytes(0, 9)).map(([at, drop, some]): Edit => (whole) => {
  const from = at % (whole.length + 1);
  return concat(whole.subarray(0, from), some, whole.subarray(from + drop));
});

/** A number at the edge of its size, over what may be a length. */
const number = fc.tuple(place, fc.constantFrom(1, 2, 4, 8), fc.constantFrom(...numbers));
const length = number.map(([at, width, value]): Edit => (whole) => {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64BE(BigInt(value));
  const from = at % (whole.length + 1);
  return concat(whole.subarray(0, from), eight.subarray(8 - width), whole.subarray(from + width));
});

const edit: fc.Arbitrary<Edit> = fc.oneof(flip, cut, repeat, splice, put, length);

/** Good inputs, inputs that are almost good (flipped, cut, repeated, spliced, with other lengths), and any bytes. */
export function mutated(goods: readonly Bytes[], mostRandom = 300): fc.Arbitrary<Bytes> {
  const good = fc.constantFrom(...goods);
  const changed = fc
    .tuple(good, good, fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([start, other, edits]) => edits.reduce((whole, change) => change(whole, other), start));
  return fc.oneof(
    { weight: 1, arbitrary: good },
    { weight: 12, arbitrary: changed },
    { weight: 2, arbitrary: bytes(0, mostRandom) },
  );
}

/** The same for texts; what is no UTF-8 any more is there too, as a reader of files sees it. */
export function mutatedText(goods: readonly string[]): fc.Arbitrary<string> {
  const good = goods.map((text) => new Uint8Array(Buffer.from(text)));
  return mutated(good).map((made) => Buffer.from(made).toString('utf8'));
}

/**
 * Gives many inputs to a parser. `check` answers whether the input was accepted, and throws when it should not have been, or
 * was read as something else; both must happen, or the inputs would show nothing. A failure names its seed.
 */
export function fuzz<Input>(
  input: fc.Arbitrary<Input>,
  check: (given: Input) => boolean,
  numRuns = runs,
): void {
  const tally = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(input, (given) => {
      tally[check(given) ? 'accepted' : 'refused'] += 1;
    }),
    { numRuns },
  );
  if (tally.accepted === 0 || tally.refused === 0) throw new Error(`a vain test: ${JSON.stringify(tally)}`);
}
