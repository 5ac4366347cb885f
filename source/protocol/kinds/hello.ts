import type { Bytes } from '../../core/types.ts';
import { concat } from '../bytes.ts';
import { decodeProfile, encodeProfile, type Profile } from '../profile.ts';
import type { Kind } from './kind.ts';

/** The first content of a joiner: a proof (32 bytes) that they hold the link, and how to write to them. */
export const hello: Kind<{ readonly proof: Bytes; readonly profile: Profile }> = {
  number: 3,
  ordered: true,
  write: ({ proof, profile }) => concat(proof, encodeProfile(profile)),
  read: (reader) => ({ proof: reader.take(32), profile: decodeProfile(reader) }),
};
