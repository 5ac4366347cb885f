import { makeKeyPair, makeRegistrationId } from '../../source/keys/identity.ts';
import { makeKyberPreKey, makeOneTimePreKey, makeSignedPreKey } from '../../source/keys/prekeys.ts';
import type { MadePreKey } from '../../source/keys/prekeys.ts';
import type { Bytes } from '../../source/core/types.ts';
import type { Bundle } from '../../source/protocol/bundle.ts';
import { toHex } from '../../source/core/bytes.ts';
import { utf8 } from '../../source/protocol/bytes.ts';
import type { Inner } from '../../source/protocol/envelope.ts';
import type { Changes } from '../../source/protocol/overlay.ts';
import type { PreKeyKind, RatchetReads, UsedBaseKey } from '../../source/protocol/reads.ts';
import { beginSession, ratchetDecrypt, ratchetEncrypt } from '../../source/protocol/ratchet.ts';

type Stored = { readonly record: Bytes; readonly keep: boolean };

/** Somebody with an identity, prekeys and sessions in plain maps. */
export type Person = {
  readonly identity: Bytes;
  readonly privateKey: Bytes;
  readonly sessions: Map<string, Bytes>;
  readonly preKeys: Map<string, Stored>;
  readonly baseKeys: Set<string>;
  readonly reads: (theirIdentity: Bytes) => RatchetReads;
  readonly save: (theirIdentity: Bytes, changes: Changes) => void;
  /** Keys for one new session with this person; the Kyber key is the same each time when `keep` says so. */
  readonly bundle: (keep?: boolean) => Bundle;
  /** Keys for any number of new sessions: without a one-time prekey, with the last-resort Kyber key. */
  readonly reserve: () => Bundle;
  readonly begin: (with_: Person, bundle?: Bundle) => Promise<void>;
  readonly send: (to: Person, text: string) => Promise<Inner>;
  /** The text that was said, or `used`, or `unreadable`; the changes of a good message are saved. */
  readonly receive: (from: Person, inner: Inner) => Promise<string>;
  /** Everything that is stored, to see whether it changed. */
  readonly snapshot: () => unknown;
};

/** Makes a person; with a new identity, if none is given. */
export function newPerson(pair = makeKeyPair()): Person {
  const registrationId = makeRegistrationId();
  const sessions = new Map<string, Bytes>();
  const preKeys = new Map<string, Stored>();
  const baseKeys = new Set<string>();
  let nextId = 1;

  const keep = <Made extends MadePreKey>(kind: PreKeyKind, made: Made, kept: boolean): Made => {
    preKeys.set(`${kind} ${made.id}`, { record: made.record, keep: kept });
    return made;
  };
  const makeKyber = (kept: boolean) => keep('kyber', makeKyberPreKey(nextId++, pair.privateKey, 0), kept);
  const signed = keep('signed', makeSignedPreKey(nextId++, pair.privateKey, 0), true);
  const lastResort = makeKyber(true);

  const bundleOf = (oneTime: Bundle['oneTime'], kyber: typeof lastResort): Bundle => ({
    epoch: 1,
    chain: new Uint8Array(32),
    registrationId,
    sealKey: pair.publicKey,
    signedPreKeyId: signed.id,
    signedPreKey: signed.publicKey,
    signedPreKeySignature: signed.signature,
    oneTime,
    kyberPreKeyId: kyber.id,
    kyberPreKey: kyber.publicKey,
    kyberPreKeySignature: kyber.signature,
    name: '',
  });

  const person: Person = {
    identity: pair.publicKey,
    privateKey: pair.privateKey,
    sessions,
    preKeys,
    baseKeys,
    reads: (theirIdentity) => ({
      myIdentity: pair.publicKey,
      myPrivate: pair.privateKey,
      registrationId,
      theirIdentity,
      session: () => sessions.get(toHex(theirIdentity)) ?? null,
      preKey: (kind, id) => preKeys.get(`${kind} ${id}`) ?? null,
      baseKeyUsed: (used) => baseKeys.has(nameOf(used)),
    }),
    save(theirIdentity, changes) {
      if (changes.session) sessions.set(toHex(theirIdentity), changes.session);
      for (const { kind, id } of changes.removedPreKeys) preKeys.delete(`${kind} ${id}`);
      if (changes.usedBaseKey) baseKeys.add(nameOf(changes.usedBaseKey));
    },
    bundle(useLastResort = false) {
      const oneTime = keep('one-time', makeOneTimePreKey(nextId++), false);
      const kyber = useLastResort ? lastResort : makeKyber(false);
      return bundleOf({ id: oneTime.id, key: oneTime.publicKey }, kyber);
    },
    reserve: () => bundleOf(null, lastResort),
    async begin(other, bundle = other.bundle()) {
      person.save(other.identity, await beginSession(person.reads(other.identity), bundle));
    },
    async send(to, text) {
      const sealed = await ratchetEncrypt(person.reads(to.identity), utf8(text));
      if (!sealed) throw new Error('no session to send in');
      person.save(to.identity, sealed.changes);
      return sealed.inner;
    },
    async receive(from, inner) {
      const opened = await ratchetDecrypt(person.reads(from.identity), inner);
      if (opened.kind !== 'opened') return opened.kind;
      person.save(from.identity, opened.changes);
      return new TextDecoder().decode(opened.plaintext);
    },
    snapshot: () => structuredClone({ sessions, preKeys, baseKeys }),
  };
  return person;
}

function nameOf(used: UsedBaseKey): string {
  return `${used.kyberPreKeyId} ${used.signedPreKeyId} ${toHex(used.baseKey)}`;
}

/** Two people with a session that both have used. */
export async function twoFriends(): Promise<readonly [alice: Person, bob: Person]> {
  const [alice, bob] = [newPerson(), newPerson()];
  await alice.begin(bob);
  await bob.receive(alice, await alice.send(bob, 'hello'));
  await alice.receive(bob, await bob.send(alice, 'hello to you'));
  return [alice, bob];
}
