import { createHash } from 'node:crypto';
import {
  IdentityChange,
  IdentityKeyStore,
  KEMPublicKey,
  PreKeyBundle,
  PrivateKey,
  ProtocolAddress,
  PublicKey,
  SessionRecord,
  SessionStore,
  processPreKeyBundle,
  signalEncrypt,
} from '@signalapp/libsignal-client';
import { expect, test } from 'vitest';
import type { Bytes } from '../../source/core/types.ts';
import type { Bundle } from '../../source/protocol/bundle.ts';
import { utf8 } from '../../source/protocol/bytes.ts';
import { ratchetDecrypt } from '../../source/protocol/ratchet.ts';
import { newPerson } from '../support/ratchet-person.ts';

// Another program that knows docs/PROTOCOL.md and libsignal, and none of our code.

/** PROTOCOL.md §2 "Ratchet address". */
function address(identity: Uint8Array, label = 'cryptochat/1 address'): ProtocolAddress {
  const bytes = createHash('sha256').update(label).update(identity).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  const cuts = [0, 8, 12, 16, 20, 32];
  return ProtocolAddress.new(
    cuts
      .slice(1)
      .map((end, index) => hex.slice(cuts[index], end))
      .join('-'),
    1,
  );
}

class OneSession extends SessionStore {
  #record: SessionRecord | null = null;
  override saveSession(_: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#record = record;
    return Promise.resolve();
  }
  override getSession(): Promise<SessionRecord | null> {
    return Promise.resolve(this.#record);
  }
  override getExistingSessions(): Promise<SessionRecord[]> {
    return Promise.resolve([]);
  }
}

class TrustAll extends IdentityKeyStore {
  readonly #key: PrivateKey;
  constructor(key: PrivateKey) {
    super();
    this.#key = key;
  }
  override getIdentityKey(): Promise<PrivateKey> {
    return Promise.resolve(this.#key);
  }
  override getLocalRegistrationId(): Promise<number> {
    return Promise.resolve(1);
  }
  override saveIdentity(): Promise<IdentityChange> {
    return Promise.resolve(IdentityChange.NewOrUnchanged);
  }
  override isTrustedIdentity(): Promise<boolean> {
    return Promise.resolve(true);
  }
  override getIdentity(): Promise<PublicKey | null> {
    return Promise.resolve(null);
  }
}

async function firstMessage(
  sender: PrivateKey,
  to: { identity: Bytes; bundle: Bundle },
  addresses: { mine: ProtocolAddress; theirs: ProtocolAddress },
): Promise<Bytes> {
  const { bundle } = to;
  const [sessions, identities] = [new OneSession(), new TrustAll(sender)];
  const keys = PreKeyBundle.new(
    bundle.registrationId,
    1,
    bundle.oneTime?.id ?? null,
    bundle.oneTime && PublicKey.deserialize(bundle.oneTime.key),
    bundle.signedPreKeyId,
    PublicKey.deserialize(bundle.signedPreKey),
    bundle.signedPreKeySignature,
    PublicKey.deserialize(to.identity),
    bundle.kyberPreKeyId,
    KEMPublicKey.deserialize(bundle.kyberPreKey),
    bundle.kyberPreKeySignature,
  );
  await processPreKeyBundle(keys, addresses.theirs, addresses.mine, sessions, identities);
  const message = await signalEncrypt(utf8('hi'), addresses.theirs, addresses.mine, sessions, identities);
  return new Uint8Array(message.serialize());
}

test.each([
  ['the addresses of the specification are read', 'cryptochat/1 address', 'opened', 'bundle'],
  ['other addresses are not', 'cryptochat/2 address', 'unreadable', 'bundle'],
  ['no one-time prekey are read', 'cryptochat/1 address', 'opened', 'reserve'],
] as const)('first messages with %s', async (_, label, kind, from) => {
  const bob = newPerson();
  const key = PrivateKey.generate();
  const identity = new Uint8Array(key.getPublicKey().serialize());
  const addresses = { mine: address(identity, label), theirs: address(bob.identity) };
  const ciphertext = await firstMessage(key, { identity: bob.identity, bundle: bob[from]() }, addresses);
  const opened = await ratchetDecrypt(bob.reads(identity), { type: 3, sender: identity, ciphertext });
  expect(opened.kind).toBe(kind);
});
