import { makeKyberPreKey, makeOneTimePreKey, makeSignedPreKey } from '../keys/prekeys.ts';
import type { MadePreKey } from '../keys/prekeys.ts';
import type { Bytes } from '../core/types.ts';
import type { Bundle } from '../protocol/bundle.ts';
import { addPreKey, currentSignedPreKey } from '../store/prekeys.ts';
import type { Identity } from '../store/identities.ts';
import { readSetting, takePreKeyId } from '../store/settings.ts';
import type { Work } from './context.ts';
import { chainOf, newestSealKey } from './profile.ts';

/** Makes a bundle for one new session under `identity`, and stores its one-time keys. */
export function makeBundle(work: Work, identity: Identity): Bundle {
  const signed = currentSignedPreKey(work.database, identity.epoch);
  const oneTime = makeOneTimePreKey(takePreKeyId(work.database));
  const kyber = makeKyberPreKey(takePreKeyId(work.database), identity.privateKey, work.now);
  storePreKey(work, identity, { kind: 'one-time', made: oneTime });
  storePreKey(work, identity, { kind: 'kyber', made: kyber });
  return {
    epoch: identity.epoch,
    chain: chainOf(identity),
    registrationId: work.registrationId,
    sealKey: newestSealKey(work, identity.epoch).publicKey,
    signedPreKeyId: signed.id,
    signedPreKey: signed.publicKey,
    signedPreKeySignature: signed.signature,
    preKeyId: oneTime.id,
    preKey: oneTime.publicKey,
    kyberPreKeyId: kyber.id,
    kyberPreKey: kyber.publicKey,
    kyberPreKeySignature: kyber.signature,
    name: readSetting(work.database, 'name'),
  };
}

/** Makes and stores the signed prekey of an identity. */
export function makeSigned(
  work: Pick<Work, 'database' | 'now'>,
  identity: Pick<Identity, 'epoch' | 'privateKey'>,
): void {
  const made = makeSignedPreKey(takePreKeyId(work.database), identity.privateKey, work.now);
  storePreKey(work, identity, { kind: 'signed', made });
}

function storePreKey(
  work: Pick<Work, 'database' | 'now'>,
  identity: Pick<Identity, 'epoch'>,
  key: { kind: 'one-time' | 'signed' | 'kyber'; made: MadePreKey & { signature?: Bytes } },
): void {
  const keep = key.kind === 'signed';
  const { signature = null } = key.made;
  const stored = { ...key.made, signature, kind: key.kind, epoch: identity.epoch, keep };
  addPreKey(work.database, stored, work.now);
}
