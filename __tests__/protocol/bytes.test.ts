import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64url, sameBytes, toBase64url, toHex } from '../../source/core/bytes.ts';
import {
  bytes16,
  bytes32,
  concat,
  isRejected,
  readRecord,
  reject,
  text8,
  u16,
  u32,
  u64,
  u8,
  utf8,
} from '../../source/protocol/bytes.ts';

const blob = fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes));

describe('written values are read back', () => {
  test('integers', () => {
    const numbers = fc.record({
      a: fc.nat(255),
      b: fc.nat(65_535),
      c: fc.nat(2 ** 32 - 1),
      d: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(numbers, (all) => {
        const bytes = concat(u8(all.a), u16(all.b), u32(all.c), u64(all.d));
        expect(bytes.length).toBe(15);
        expect(
          readRecord(bytes, (reader) => ({
            a: reader.u8(),
            b: reader.u16(),
            c: reader.u32(),
            d: reader.u64(),
          })),
        ).toEqual(all);
      }),
    );
  });

  test('bytes and texts', () => {
    fc.assert(
      fc.property(
        blob,
        blob,
        blob,
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        (one, two, rest, text) => {
          fc.pre(utf8(text).length < 256);
          const bytes = concat(bytes16(one), text8(text), bytes32(two), rest);
          const read = readRecord(bytes, (reader) => [
            reader.bytes16(),
            reader.text8(),
            reader.bytes32(),
            reader.rest(),
          ]);
          expect(read).toEqual([one, text.toWellFormed(), two, rest]);
        },
      ),
    );
  });

  test('base64url, and nothing else', () => {
    fc.assert(
      fc.property(blob, (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'B', 'Q', '-', '_', '+', '/', '=', ' ', 'é'), maxLength: 9 }),
        (text) => {
          const bytes = fromBase64url(text);
          if (bytes) expect(toBase64url(bytes)).toBe(text);
        },
      ),
    );
  });
});

describe('big endian', () => {
  test.each([
    [u16(0x0102), '0102'],
    [u32(0x01020304), '01020304'],
    [u32(0xffffffff), 'ffffffff'],
    [u64(2 ** 53 - 1), '001fffffffffffff'],
    [text8('ü'), '02c3bc'],
    [bytes16(utf8('a')), '000161'],
    [bytes32(utf8('a')), '0000000161'],
  ])('%#', (bytes, hex) => expect(toHex(bytes)).toBe(hex));
});

describe('a record', () => {
  test('that is short, or long, is rejected', () => {
    expect(readRecord(u8(1), (reader) => reader.u16())).toEqual({ rejected: 'too short' });
    expect(readRecord(u16(1), (reader) => reader.u8())).toEqual({ rejected: 'trailing bytes' });
    expect(readRecord(new Uint8Array(0), (reader) => reader.rest())).toEqual(new Uint8Array(0));
  });

  test('ends where it ends in the middle of a buffer', () => {
    const bytes = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(readRecord(bytes, (reader) => [reader.u8(), reader.u8()])).toEqual([1, 2]);
    expect(readRecord(bytes, (reader) => [reader.u16(), reader.u8()])).toEqual({ rejected: 'too short' });
  });

  test('returns fields that are copies', () => {
    const bytes = Uint8Array.of(1, 2);
    const taken = readRecord(bytes, (reader) => reader.rest());
    bytes[0] = 9;
    expect(taken).toEqual(Uint8Array.of(1, 2));
  });

  test('is rejected for a number of 2^53', () => {
    expect(readRecord(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0), (reader) => reader.u64())).toEqual({
      rejected: 'number too large',
    });
  });

  test('is rejected only by its parser’s own rejection', () => {
    expect(readRecord(u8(1), () => reject('no'))).toEqual({ rejected: 'no' });
    expect(() =>
      readRecord(u8(1), () => {
        throw new RangeError('a bug');
      }),
    ).toThrow('a bug');
  });
});

test('a rejection is an object with a reason', () => {
  expect([{ rejected: 'x' }, {}, null, 'rejected', undefined].map(isRejected)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('equal bytes are equal', () => {
  expect(sameBytes(Uint8Array.of(1, 2), Buffer.of(1, 2))).toBe(true);
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false);
});
