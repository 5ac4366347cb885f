import { concat } from '../bytes.ts';
import { decodeKeys, encodeKeys, type Keys } from '../keys.ts';
import type { Kind } from './kind.ts';
import { encodeStored, readStored, type Stored } from './stored.ts';

/** Begins a session again from scratch: the sender's place in the order, and how to write to the sender. */
export const reset: Kind<{ readonly stored: readonly Stored[]; readonly keys: Keys }> = {
  number: 8,
  ordered: false,
  write: ({ stored, keys }) => concat(encodeStored(stored), encodeKeys(keys)),
  read: (reader, head) => ({ stored: readStored(reader, head), keys: decodeKeys(reader) }),
};
