import { encodeBundle } from '../../protocol/bundle.ts';
import { mostStatements, signKeys, type Keys } from '../../protocol/keys.ts';
import { splitSigned } from '../../protocol/rotate.ts';
import { contactKey } from '../../store/contact-keys.ts';
import type { Identity } from '../../store/identities.ts';
import type { SessionKey } from '../../store/sessions.ts';
import { statementsBetween } from '../../store/statements.ts';
import type { Work } from '../work/work.ts';
import { lastingBundle } from './make-bundle.ts';
import { myProfile } from './profile.ts';

/**
 * The proof of my keys up to `identity` for a contact that follows my identity of `since`: every statement between, oldest first, with a
 * bundle, so that the contact can begin a session with the newest. The proof is for the contact's key in the session in which it goes. Null
 * when one of the statements is gone, or there are too many. PROTOCOL.md "Rotation".
 */
export function myKeys(
  work: Work,
  { contactId, theirEpoch }: Pick<SessionKey, 'contactId' | 'theirEpoch'>,
  { identity, since }: { readonly identity: Identity; readonly since: number },
): Keys | null {
  const between = statementsBetween(work.database, { since, upTo: identity.epoch });
  if (between === null || between.length > mostStatements) return null;
  const keys = {
    profile: myProfile(work, contactId, identity),
    statements: between.map(splitSigned),
    bundle: encodeBundle(lastingBundle(work, identity)),
  };
  return signKeys(keys, identity.privateKey, contactKey(work.database, contactId, theirEpoch).identity);
}
