import { limits } from '../../core/limits.ts';
import type { Bytes } from '../../core/types.ts';
import { concat, reject, u16, u64, type Reader } from '../bytes.ts';
import type { Head } from './kind.ts';

/** A message stored out of order: its seq, and the first four bytes of its id. */
export type Stored = { readonly seq: number; readonly idStart: Bytes };

/** Writes a list of messages stored out of order. */
export function encodeStored(stored: readonly Stored[]): Bytes {
  return concat(u16(stored.length), ...stored.map(({ seq, idStart }) => concat(u64(seq), idStart)));
}

/** Reads such a list inside a parse: its seqs rise, and all are above the ack. */
export function readStored(reader: Reader, { ack }: Head): readonly Stored[] {
  const count = reader.u16();
  if (count > limits.receiptSeqs) reject('receipt length');
  const stored = Array.from({ length: count }, () => ({ seq: reader.u64(), idStart: reader.take(4) }));
  if (stored.some(({ seq }, at) => seq <= (stored[at - 1]?.seq ?? ack))) reject('receipt order');
  return stored;
}
