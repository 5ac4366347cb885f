import type { Bytes } from '../../core/types.ts';
import { encodeAbilities } from '../../protocol/abilities.ts';
import { knownKinds } from '../../protocol/kinds/table.ts';
import type { Profile } from '../../protocol/profile.ts';
import { noStatement, statementHash } from '../../protocol/rotate.ts';
import { contactOf } from '../../store/contacts.ts';
import { currentIdentity, sealKeys, type Identity, type SealKey } from '../../store/identities.ts';
import { readSetting } from '../../store/settings.ts';
import type { Work } from '../work/work.ts';

/** Two signatures end a stored signed statement. */
const signaturesLength = 128;

/** The kinds of content that this program reads, as its contacts are told. */
export const myAbilities: Bytes = encodeAbilities(knownKinds);

/** Says how a contact can write to me, as `identity`: my name and address, its newest seal key, and the contact's own slot. */
export function myProfile(work: Work, contactId: number, identity: Identity): Profile {
  return {
    name: readSetting(work.database, 'name'),
    address: work.address,
    epoch: identity.epoch,
    chain: chainOf(identity),
    sealKey: newestSealKey(work, identity.epoch).publicKey,
    slotKey: contactOf(work.database, contactId).mySlot,
    abilities: myAbilities,
  };
}

/** My newest seal key of one epoch; throws when there is none, which is a bug. */
export function newestSealKey(work: Work, epoch = currentIdentity(work.database).epoch): SealKey {
  const key = sealKeys(work.database).find((one) => one.epoch === epoch);
  if (!key) throw new Error(`no seal key of epoch ${epoch}`);
  return key;
}

/** The hash of the statement that made an identity, 32 zero bytes for the first. */
export function chainOf(identity: Identity): Bytes {
  return identity.signedStatement
    ? statementHash(identity.signedStatement.slice(0, -signaturesLength))
    : noStatement;
}
