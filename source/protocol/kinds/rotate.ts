import { decodeKeys, encodeKeys, type Keys } from '../keys.ts';
import type { Kind } from './kind.ts';

/** Keys that prove themselves: a new identity key, and all that leads to it. */
export const rotate: Kind<{ readonly keys: Keys }> = {
  number: 5,
  ordered: false,
  write: ({ keys }) => encodeKeys(keys),
  read: (reader) => ({ keys: decodeKeys(reader) }),
};
