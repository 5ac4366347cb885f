import type { Bytes } from '../core/types.ts';

/** The result of a parser that refuses foreign bytes; `rejected` names the rule of PROTOCOL.md that they broke. */
export type Rejected = { readonly rejected: string };

/** True if a parser refused its input. */
export function isRejected(answer: unknown): answer is Rejected {
  return typeof answer === 'object' && answer !== null && 'rejected' in answer;
}

/** Thrown by a Reader, caught by readRecord: it never leaves a parser. */
class Malformed extends Error {}

/** Ends the current parse with a reason; only for functions that readRecord runs. */
export function reject(reason: string): never {
  throw new Malformed(reason);
}

/** Takes fields off the front of a record, big endian. PROTOCOL.md "Conventions". */
export type Reader = {
  readonly u8: () => number;
  readonly u16: () => number;
  readonly u32: () => number;
  /** A u64 up to 2^53 − 1. */
  readonly u64: () => number;
  readonly take: (length: number) => Bytes;
  readonly bytes16: () => Bytes;
  readonly bytes32: () => Bytes;
  /** UTF-8, valid or rejected. */
  readonly text8: () => string;
  /** Everything that is left. */
  readonly rest: () => Bytes;
};

/** Runs `parse` over all of `bytes`; leftover or missing bytes are a rejection. */
export function readRecord<Parsed>(bytes: Bytes, parse: (reader: Reader) => Parsed): Parsed | Rejected {
  const cursor = { at: 0 };
  try {
    const parsed = parse(createReader(bytes, cursor));
    if (cursor.at !== bytes.length) reject('trailing bytes');
    return parsed;
  } catch (error) {
    if (error instanceof Malformed) return { rejected: error.message };
    throw error;
  }
}

function createReader(bytes: Bytes, cursor: { at: number }): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const advance = (length: number): number => {
    const from = cursor.at;
    if (length > bytes.length - from) reject('too short');
    cursor.at = from + length;
    return from;
  };
  const take = (length: number): Bytes => {
    const from = advance(length);
    return bytes.slice(from, from + length);
  };
  const readU16 = (): number => view.getUint16(advance(2));
  const readU32 = (): number => view.getUint32(advance(4));
  return {
    u8: () => view.getUint8(advance(1)),
    u16: readU16,
    u32: readU32,
    u64() {
      const value = view.getBigUint64(advance(8));
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) reject('number too large');
      return Number(value);
    },
    take,
    bytes16: () => take(readU16()),
    bytes32: () => take(readU32()),
    text8: () => strictText(take(view.getUint8(advance(1)))),
    rest: () => take(bytes.length - cursor.at),
  };
}

function strictText(bytes: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return reject('text is not UTF-8');
  }
}

/** Joins byte strings into one. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** UTF-8 of a text. */
export function utf8(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** One byte. */
export function u8(value: number): Bytes {
  return Uint8Array.of(value);
}

/** Two bytes, big endian. */
export function u16(value: number): Bytes {
  return Uint8Array.of(value >>> 8, value);
}

/** Four bytes, big endian. */
export function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Eight bytes, big endian; `value` is at most 2^53 − 1. */
export function u64(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** A u16 length and the bytes. */
export function bytes16(bytes: Bytes): Bytes {
  return concat(u16(bytes.length), bytes);
}

/** A u32 length and the bytes. */
export function bytes32(bytes: Bytes): Bytes {
  return concat(u32(bytes.length), bytes);
}

/** A u8 length and the text in UTF-8, which is at most 255 bytes. */
export function text8(text: string): Bytes {
  const bytes = utf8(text);
  return concat(u8(bytes.length), bytes);
}
