import type { Bytes } from '../core/types.ts';
import { bytes16, concat, reject, u8, type Reader } from './bytes.ts';

/** One field of a record that later versions may add to: a tag of 1 to 255, and up to 65,535 bytes. */
export type Field = { readonly tag: number; readonly value: Bytes };

/** The reason for refusing a record with an even field that its reader does not know. */
export const unknownField = 'unknown field';

/** Writes fields; their tags rise. PROTOCOL.md "Fields". */
export function encodeFields(fields: readonly Field[]): Bytes {
  return concat(u8(fields.length), ...fields.map(({ tag, value }) => concat(u8(tag), bytes16(value))));
}

/**
 * Reads fields inside a parse, including odd ones that only a later version knows: signed bytes must come out unchanged. Rejects tags that
 * do not rise, and an even tag that is not in `known`: a reader must understand such a field.
 */
export function decodeFields(reader: Reader, known: readonly number[]): readonly Field[] {
  const fields: Field[] = [];
  let unknown = false;
  let before = 0;
  for (let left = reader.u8(); left > 0; left -= 1) {
    const tag = reader.u8();
    if (tag <= before) reject('field order');
    before = tag;
    const value = reader.bytes16();
    unknown ||= tag % 2 === 0 && !known.includes(tag);
    fields.push({ tag, value });
  }
  return unknown ? reject(unknownField) : fields;
}
