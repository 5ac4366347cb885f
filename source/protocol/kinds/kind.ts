import type { Bytes } from '../../core/types.ts';
import type { Reader } from '../bytes.ts';

/** The head of every content: id 16 bytes; seq 0 for a content without a place in the order; mark 8 bytes; sentAt in ms since 1970. */
export type Head = {
  readonly id: Bytes;
  readonly seq: number;
  readonly ack: number;
  /** The mark of all ids up to `ack` (protocol/ack-mark.ts). */
  readonly mark: Bytes;
  readonly sentAt: number;
};

/** One kind of content on the wire. PROTOCOL.md "Content". */
export type Kind<Body> = {
  readonly number: number;
  /**
   * True if contents of this kind have a place in the order of messages, a seq. Statements about keys have none: a thief of my keys may
   * have used my next seq.
   */
  readonly ordered: boolean;
  readonly write: (body: Body) => Bytes;
  /** Reads a body inside a parse. */
  readonly read: (reader: Reader, head: Head) => Body;
};
