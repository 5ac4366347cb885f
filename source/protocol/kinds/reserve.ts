import type { Bytes } from '../../core/types.ts';
import { bytes16, concat } from '../bytes.ts';
import type { Kind } from './kind.ts';

/** A bundle from which the reader can begin a session at any time, and its signature (64 bytes). */
export const reserve: Kind<{ readonly bundle: Bytes; readonly signature: Bytes }> = {
  number: 7,
  ordered: true,
  write: ({ bundle, signature }) => concat(bytes16(bundle), signature),
  read: (reader) => ({ bundle: reader.bytes16(), signature: reader.take(64) }),
};
