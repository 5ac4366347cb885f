import type { Bytes } from '../../core/types.ts';
import { concat } from '../bytes.ts';
import type { Kind } from './kind.ts';
import { encodeStored, readStored, type Stored } from './stored.ts';

/** The list of stored messages, and the id (16 bytes) of the reset that the receipt answers, or noReset. */
export const receipt: Kind<{ readonly answers: Bytes; readonly stored: readonly Stored[] }> = {
  number: 2,
  ordered: false,
  write: ({ answers, stored }) => concat(answers, encodeStored(stored)),
  read: (reader, head) => ({ answers: reader.take(16), stored: readStored(reader, head) }),
};

/** Stands for the reset in a receipt that answers none: 16 zero bytes. */
export const noReset: Bytes = new Uint8Array(16);
