import type { Bytes } from '../core/types.ts';

/** One field of a protobuf message: its number, and its varint or its bytes. A fixed32 or fixed64 counts as bytes too. */
type Field = { readonly number: number; readonly value: number | Bytes };

type Read<Value> = { readonly value: Value; readonly end: number };

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The place to stop reading: at a message of more than `most` fields, which is refused; before the first field above `upTo`. */
type Bounds = { readonly most?: number; readonly upTo?: number };

/**
 * The fields of a protobuf message, in their order; null for bytes that are not one. Stricter than libsignal's own reader, so no bytes
 * mean one thing here and another there: groups, numbers above 2^53 − 1 and a field number 0 are refused.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function readFields(
  bytes: Bytes,
  { most = Infinity, upTo = Infinity }: Bounds = {},
): readonly Field[] | null {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const read = readField(bytes, at);
    if (read && read.value.number > upTo) break;
    if (!read || fields.length >= most) return null;
    fields.push(read.value);
    at = read.end;
  }
  return fields;
}

function readField(bytes: Bytes, at: number): Read<Field> | null {
  const tag = readVarint(bytes, at);
  const number = tag ? Math.floor(tag.value / 8) : 0;
  const read = tag && readValue(bytes, tag.value % 8, tag.end);
  return read && number > 0 ? { value: { number, value: read.value }, end: read.end } : null;
}

/** The varint at `at`, and its end; null where there is none, or one above 2^53 − 1. */
export function readVarint(bytes: Bytes, at: number): Read<number> | null {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value > Number.MAX_SAFE_INTEGER ? null : { value, end: at + index + 1 };
  }
  return null;
}

function readValue(bytes: Bytes, type: number, at: number): Read<number | Bytes> | null {
  if (type === wire.varint) return readVarint(bytes, at);
  if (type === wire.fixed64) return cut(bytes, at, 8);
  if (type === wire.fixed32) return cut(bytes, at, 4);
  const length = type === wire.bytes ? readVarint(bytes, at) : null;
  return length && cut(bytes, length.end, length.value);
}

function cut(bytes: Bytes, at: number, length: number): Read<Bytes> | null {
  return length > bytes.length - at ? null : { value: bytes.subarray(at, at + length), end: at + length };
}

/** True if no field occurs twice: of two, readers may take the first, the last, or both. */
export function isPlain(fields: readonly Field[]): boolean {
  return new Set(fields.map(({ number }) => number)).size === fields.length;
}

/** The bytes of every field with this number, in order. */
export function bytesIn(fields: readonly Field[], number: number): readonly Bytes[] {
  return fields.flatMap(({ number: one, value }) =>
    one === number && typeof value !== 'number' ? [value] : [],
  );
}

/** The varint of a field; null when the field is missing, or is not a varint. */
export function numberIn(fields: readonly Field[], number: number): number | null {
  const value = fields.find((field) => field.number === number)?.value;
  return typeof value === 'number' ? value : null;
}

/** A field of bytes, with the prefix that it has in a protobuf message. */
export function bytesField(number: number, bytes: Bytes): readonly Bytes[] {
  return [varint(number * 8 + wire.bytes), varint(bytes.length), bytes];
}

function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
