import { decodeProfile, encodeProfile, type Profile } from '../profile.ts';
import type { Kind } from './kind.ts';

/** Tells how to write to the sender from now on. */
export const profile: Kind<{ readonly profile: Profile }> = {
  number: 4,
  ordered: true,
  write: (said) => encodeProfile(said.profile),
  read: (reader) => ({ profile: decodeProfile(reader) }),
};
