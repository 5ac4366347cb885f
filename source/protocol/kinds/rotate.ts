import { decodeKeys, encodeKeys, type Keys } from '../keys.ts';
import type { Kind } from './kind.ts';

/** Keys with their own proof: a new identity key, and the statements that lead to it. */
export const rotate: Kind<{ readonly keys: Keys }> = {
  number: 5,
  ordered: false,
  write: ({ keys }) => encodeKeys(keys),
  read: (reader) => ({ keys: decodeKeys(reader) }),
};
