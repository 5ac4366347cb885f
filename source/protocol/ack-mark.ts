import type { Bytes } from '../core/types.ts';
import { utf8 } from './bytes.ts';
import { sha256 } from './digest.ts';

const label = utf8('cryptochat/1 ack');
const markLength = 8;

/** The mark before the first message: eight zero bytes. PROTOCOL.md "Content". */
export const firstMark: Bytes = new Uint8Array(markLength);

/**
 * The mark of a message, made from the mark of all messages before it: 8 bytes over their ids (16 bytes) in order. Two people with the same
 * mark have the same messages, even when one of them was set back to an earlier state.
 */
export function nextMark(mark: Bytes, id: Bytes): Bytes {
  return sha256(label, mark, id).slice(0, markLength);
}
