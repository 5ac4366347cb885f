import { decodeProfile, encodeProfile, type Profile } from '../profile.ts';
import type { Kind } from './kind.ts';

/** How to write to its sender from now on. */
export const profile: Kind<{ readonly profile: Profile }> = {
  number: 4,
  ordered: true,
  write: (said) => encodeProfile(said.profile),
  read: (reader) => ({ profile: decodeProfile(reader) }),
};
