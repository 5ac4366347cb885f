import { makeKyberPreKey, makeOneTimePreKey, makeSignedPreKey, type MadePreKey } from '../../keys/prekeys.ts';
import type { Bytes } from '../../core/types.ts';
import { signBundle } from '../../protocol/blob.ts';
import { encodeBundle, type Bundle } from '../../protocol/bundle.ts';
import type { Body } from '../../protocol/kinds/table.ts';
import { addPreKey, currentSignedPreKey, lastResortPreKey } from '../../store/prekeys.ts';
import { mostShown, splitSigned, type SignedStatement } from '../../protocol/rotate.ts';
import { currentIdentity, provenSince, statementsBetween, type Identity } from '../../store/identities.ts';
import { readSetting, takePreKeyId } from '../../store/settings.ts';
import type { Database } from '../../store/database.ts';
import type { Work } from '../work/work.ts';
import { chainOf, myProfile, newestSealKey } from './profile.ts';
import { mostStatements, signKeys, type Keys } from '../../protocol/keys.ts';
import { contactKey } from '../../store/contact-keys.ts';
import type { SessionKey } from '../../store/sessions.ts';

/** Makes a bundle for one new session under `identity`, and stores its one-time keys. */
export function makeBundle(work: Work, identity: Identity): Bundle {
  const oneTime = makeOneTimePreKey(takePreKeyId(work.database));
  const kyber = makeKyberPreKey(takePreKeyId(work.database), identity.privateKey, work.now);
  storePreKey(work, identity, { kind: 'one-time', made: oneTime, keep: false });
  storePreKey(work, identity, { kind: 'kyber', made: kyber, keep: false });
  return {
    ...lastingPart(work, identity),
    oneTime: { id: oneTime.id, key: oneTime.publicKey },
    kyberPreKeyId: kyber.id,
    kyberPreKey: kyber.publicKey,
    kyberPreKeySignature: kyber.signature,
  };
}

/** A bundle as a link carries it, which also tells a joiner who knows an older key of mine that this one is its successor. */
export function forLink(work: Work, identity: Identity, bundle: Bundle): Bundle {
  return { ...bundle, statements: statementsTo(work, identity) };
}

/** The last statements that lead to an identity, as a link and a hello show them. */
export function statementsTo({ database }: Work, { epoch }: Identity): readonly SignedStatement[] {
  const since = shownSince(database, epoch);
  return (statementsBetween(database, { since, upTo: epoch }) ?? []).map(splitSigned);
}

/** A bundle from which more than one session can begin: without one-time keys, with the last-resort Kyber prekey. */
export function lastingBundle(work: Work, identity: Identity): Bundle {
  const kyber = lastResortPreKey(work.database, identity.epoch);
  return {
    ...lastingPart(work, identity),
    oneTime: null,
    kyberPreKeyId: kyber.id,
    kyberPreKey: kyber.publicKey,
    kyberPreKeySignature: kyber.signature,
  };
}

/** The content that a contact keeps in case a session is lost: a bundle of my newest identity, signed by it. */
export function reserveBody(work: Work): Body {
  const identity = currentIdentity(work.database);
  const bundle = encodeBundle(lastingBundle(work, identity));
  return { kind: 'reserve', bundle, signature: signBundle(bundle, identity.privateKey) };
}

function lastingPart(
  work: Work,
  identity: Identity,
): Omit<Bundle, 'oneTime' | 'kyberPreKeyId' | 'kyberPreKey' | 'kyberPreKeySignature'> {
  const signed = currentSignedPreKey(work.database, identity.epoch);
  return {
    epoch: identity.epoch,
    chain: chainOf(identity),
    registrationId: work.registrationId,
    sealKey: newestSealKey(work, identity.epoch).publicKey,
    signedPreKeyId: signed.id,
    signedPreKey: signed.publicKey,
    signedPreKeySignature: signed.signature,
    name: readSetting(work.database, 'name'),
  };
}

/**
 * Makes and stores the prekeys of an identity that are not removed by use: the signed one, and the last-resort Kyber prekey for bundles
 * that many may take. A repeated first message under the latter is recognised by its base key.
 */
export function makeLastingPreKeys(
  work: Pick<Work, 'database' | 'now'>,
  identity: Pick<Identity, 'epoch' | 'privateKey'>,
): void {
  const signed = makeSignedPreKey(takePreKeyId(work.database), identity.privateKey, work.now);
  storePreKey(work, identity, { kind: 'signed', made: signed, keep: true });
  const lastResort = makeKyberPreKey(takePreKeyId(work.database), identity.privateKey, work.now);
  storePreKey(work, identity, { kind: 'kyber', made: lastResort, keep: true });
}

type Storing = {
  readonly kind: 'one-time' | 'signed' | 'kyber';
  readonly made: MadePreKey & { readonly signature?: Bytes };
  readonly keep: boolean;
};

function storePreKey(
  work: Pick<Work, 'database' | 'now'>,
  identity: Pick<Identity, 'epoch'>,
  { kind, made, keep }: Storing,
): void {
  const { signature = null } = made;
  addPreKey(work.database, { ...made, signature, kind, epoch: identity.epoch, keep }, work.now);
}

/** The epoch from which to show statements to a reader who may know an older key than I think: a few that lead to `epoch`. */
export function shownSince(database: Database, epoch: number): number {
  return Math.max(provenSince(database) ?? epoch, epoch - mostShown);
}

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
