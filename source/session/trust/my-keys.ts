import type { Bytes } from '../../core/types.ts';
import { encodeBundle } from '../../protocol/bundle.ts';
import { mostStatements, signKeys } from '../../protocol/keys.ts';
import type { Keys } from '../../protocol/keys.ts';
import { splitSigned } from '../../protocol/rotate.ts';
import { contactKey } from '../../store/contact-keys.ts';
import { identityOf } from '../../store/identities.ts';
import type { Identity } from '../../store/identities.ts';
import type { SessionKey } from '../../store/sessions.ts';
import type { Work } from '../context.ts';
import { lastingBundle } from '../pairing/make-bundle.ts';
import { myProfile } from '../pairing/profile.ts';

const noBundle: Bytes = new Uint8Array(0);

/**
 * What proves to a contact that follows my identity of `since` what my keys are up to `identity`: every statement between, oldest
 * first; with a bundle where it has no session with the newest yet; for its key in the session in which they go. Null when one of the
 * statements is gone, or there are too many. PROTOCOL.md "Rotation".
 */
export function myKeys(
  work: Work,
  { contactId, theirEpoch }: Pick<SessionKey, 'contactId' | 'theirEpoch'>,
  { identity, since, withBundle }: { identity: Identity; since: number; withBundle: boolean },
): Keys | null {
  const epochs = Array.from({ length: Math.max(0, identity.epoch - since) }, (_, at) => since + 1 + at);
  const between = epochs.flatMap((epoch) => identityOf(work.database, epoch)?.signedStatement ?? []);
  if (between.length < epochs.length || epochs.length > mostStatements) return null;
  const keys = {
    profile: myProfile(work, contactId, identity),
    statements: between.map(splitSigned),
    bundle: withBundle ? encodeBundle(lastingBundle(work, identity)) : noBundle,
  };
  return signKeys(keys, identity.privateKey, contactKey(work.database, contactId, theirEpoch).identity);
}
