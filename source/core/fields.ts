import type { Bytes } from './types.ts';

/** Takes fields off the front of a record, big endian; `reject` ends the reading. */
export type Fields = {
  readonly u8: () => number;
  readonly u16: () => number;
  readonly u32: () => number;
  /** A u64 up to 2^53 − 1. */
  readonly u64: () => number;
  readonly take: (length: number) => Bytes;
  readonly reject: () => never;
};

/** Thrown by a field, caught by readFields(). */
class BadRecord extends Error {}

/** Runs `read` over all of `bytes`; null when it rejects, and for leftover or missing bytes. PROTOCOL.md "Conventions". */
export function readFields<Read>(bytes: Bytes, read: (fields: Fields) => Read): Read | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const advance = (length: number): number => {
    if (length > bytes.length - at) reject();
    at += length;
    return at - length;
  };
  const u64 = (): number => {
    const value = view.getBigUint64(advance(8));
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? reject() : Number(value);
  };
  const take = (length: number): Bytes => {
    const from = advance(length);
    return bytes.slice(from, from + length);
  };
  const u8 = (): number => view.getUint8(advance(1));
  const u16 = (): number => view.getUint16(advance(2));
  const u32 = (): number => view.getUint32(advance(4));
  try {
    const answer = read({ u8, u16, u32, u64, take, reject });
    return at === bytes.length ? answer : null;
  } catch (error) {
    if (error instanceof BadRecord) return null;
    throw error;
  }
}

function reject(): never {
  throw new BadRecord();
}
