import type { BodyOf } from '../../protocol/kinds/table.ts';
import { contactOf } from '../../store/contacts.ts';
import { identityOf } from '../../store/identities.ts';
import { myProfile } from '../keyring/profile.ts';
import { takeProfile } from '../trust/take-profile.ts';
import type { Kind, Work } from '../work/work.ts';

/** How to write to a contact: PROTOCOL.md "Content". */
export const profile: Kind<BodyOf<'profile'>> = {
  apply: (work, from, { body }) => takeProfile(work, from, body.profile),
  again: profileAgain,
};

function profileAgain(work: Work, contactId: number): BodyOf<'profile'> | null {
  const known = identityOf(work.database, contactOf(work.database, contactId).followedEpoch);
  return known && { kind: 'profile', profile: myProfile(work, contactId, known) };
}
