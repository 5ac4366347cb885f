import {
  Direction,
  IdentityChange,
  IdentityKeyStore,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyRecord,
  PreKeyStore,
  PrivateKey,
  PublicKey,
  SessionRecord,
  SessionStore,
  SignedPreKeyRecord,
  SignedPreKeyStore,
  type ProtocolAddress,
} from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { sameBytes } from '../core/bytes.ts';
import { noteBugs, type PreKeyKind, type RatchetReads, type UsedBaseKey } from './reads.ts';

/** The changes of a ratchet step still to be written, all in one transaction or none. */
export type Changes = {
  readonly session: Bytes | null;
  readonly removedPreKeys: ReadonlyArray<{ readonly kind: PreKeyKind; readonly id: number }>;
  readonly usedBaseKey: UsedBaseKey | null;
};

type Draft = {
  session: SessionRecord | null;
  removed: Array<{ kind: PreKeyKind; id: number }>;
  usedBaseKey: UsedBaseKey | null;
  bug: Error | null;
};

/** libsignal's stores over `from`, which only collect the writes; `changes()` returns them. */
export function createOverlay(from: RatchetReads) {
  const draft: Draft = { session: null, removed: [], usedBaseKey: null, bug: null };
  const reads = noteBugs(from, (error) => {
    draft.bug = error;
  });
  return {
    sessions: new Sessions(reads, draft),
    identities: new Identities(reads),
    preKeys: new OneTimePreKeys(reads, draft),
    signedPreKeys: new SignedPreKeys(reads, draft),
    kyberPreKeys: new KyberPreKeys(reads, draft),
    /** An error that a read threw, or a call that cryptochat never expects; libsignal hides both behind an error of its own. */
    bug: () => draft.bug,
    changes: (): Changes => ({
      session: draft.session ? new Uint8Array(draft.session.serialize()) : null,
      removedPreKeys: draft.removed,
      usedBaseKey: draft.usedBaseKey,
    }),
  };
}

function neverCalled(draft: Draft): Promise<never> {
  draft.bug = new Error('libsignal asked for something that cryptochat never uses');
  return Promise.reject(draft.bug);
}

function read(reads: RatchetReads, kind: PreKeyKind, id: number): Bytes {
  const found = reads.preKey(kind, id);
  if (!found) throw new Error(`no ${kind} prekey ${id}`);
  return found.record;
}

class Sessions extends SessionStore {
  readonly #reads: RatchetReads;
  readonly #draft: Draft;
  constructor(reads: RatchetReads, draft: Draft) {
    super();
    this.#reads = reads;
    this.#draft = draft;
  }
  override saveSession(_: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#draft.session = record;
    return Promise.resolve();
  }
  override getSession(): Promise<SessionRecord | null> {
    const stored = this.#reads.session();
    return Promise.resolve(this.#draft.session ?? (stored && SessionRecord.deserialize(stored)));
  }
  override getExistingSessions(): Promise<SessionRecord[]> {
    return neverCalled(this.#draft);
  }
}

class Identities extends IdentityKeyStore {
  readonly #reads: RatchetReads;
  constructor(reads: RatchetReads) {
    super();
    this.#reads = reads;
  }
  override getIdentityKey(): Promise<PrivateKey> {
    return Promise.resolve(PrivateKey.deserialize(this.#reads.myPrivate));
  }
  override getLocalRegistrationId(): Promise<number> {
    return Promise.resolve(this.#reads.registrationId);
  }
  /** Only rotation moves the pin (session/), so there is nothing to save here. */
  override saveIdentity(): Promise<IdentityChange> {
    return Promise.resolve(IdentityChange.NewOrUnchanged);
  }
  override isTrustedIdentity(_: ProtocolAddress, key: PublicKey, _direction: Direction): Promise<boolean> {
    return Promise.resolve(sameBytes(key.serialize(), this.#reads.theirIdentity));
  }
  override getIdentity(): Promise<PublicKey | null> {
    return Promise.resolve(PublicKey.deserialize(this.#reads.theirIdentity));
  }
}

class OneTimePreKeys extends PreKeyStore {
  readonly #reads: RatchetReads;
  readonly #draft: Draft;
  constructor(reads: RatchetReads, draft: Draft) {
    super();
    this.#reads = reads;
    this.#draft = draft;
  }
  override savePreKey(): Promise<void> {
    return neverCalled(this.#draft);
  }
  override async getPreKey(id: number): Promise<PreKeyRecord> {
    return PreKeyRecord.deserialize(read(this.#reads, 'one-time', id));
  }
  override removePreKey(id: number): Promise<void> {
    this.#draft.removed.push({ kind: 'one-time', id });
    return Promise.resolve();
  }
}

class SignedPreKeys extends SignedPreKeyStore {
  readonly #reads: RatchetReads;
  readonly #draft: Draft;
  constructor(reads: RatchetReads, draft: Draft) {
    super();
    this.#reads = reads;
    this.#draft = draft;
  }
  override saveSignedPreKey(): Promise<void> {
    return neverCalled(this.#draft);
  }
  override async getSignedPreKey(id: number): Promise<SignedPreKeyRecord> {
    return SignedPreKeyRecord.deserialize(read(this.#reads, 'signed', id));
  }
}

class KyberPreKeys extends KyberPreKeyStore {
  readonly #reads: RatchetReads;
  readonly #draft: Draft;
  constructor(reads: RatchetReads, draft: Draft) {
    super();
    this.#reads = reads;
    this.#draft = draft;
  }
  override saveKyberPreKey(): Promise<void> {
    return neverCalled(this.#draft);
  }
  override async getKyberPreKey(id: number): Promise<KyberPreKeyRecord> {
    return KyberPreKeyRecord.deserialize(read(this.#reads, 'kyber', id));
  }
  override async markKyberPreKeyUsed(id: number, signedId: number, baseKey: PublicKey): Promise<void> {
    const used = {
      kyberPreKeyId: id,
      signedPreKeyId: signedId,
      baseKey: new Uint8Array(baseKey.serialize()),
    };
    if (this.#reads.baseKeyUsed(used)) throw new Error('this first message was already read');
    this.#draft.usedBaseKey = used;
    if (!this.#reads.preKey('kyber', id)?.keep) this.#draft.removed.push({ kind: 'kyber', id });
    await Promise.resolve();
  }
}
