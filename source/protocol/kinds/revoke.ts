import type { Bytes } from '../../core/types.ts';
import { revocationLength } from '../revoke.ts';
import type { Kind } from './kind.ts';

/** A signed revocation of one of the sender's identity keys. */
export const revoke: Kind<{ readonly revocation: Bytes }> = {
  number: 10,
  ordered: false,
  write: ({ revocation }) => revocation,
  read: (reader) => ({ revocation: reader.take(revocationLength) }),
};
