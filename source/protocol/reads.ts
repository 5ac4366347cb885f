import type { Bytes } from '../core/types.ts';

/** Which kind of prekey a record is. */
export type PreKeyKind = 'one-time' | 'signed' | 'kyber';

/**
 * What one ratchet step may read: one pair of identities (mine, theirs: 33 bytes), the session of that pair, and
 * the prekeys of my epoch. Plain synchronous reads, so that a step sees one state of the store.
 */
export type RatchetReads = {
  readonly myIdentity: Bytes;
  readonly myPrivate: Bytes;
  readonly registrationId: number;
  readonly theirIdentity: Bytes;
  readonly session: () => Bytes | null;
  /** `keep` is true for a last-resort key, which is not removed by its use. */
  readonly preKey: (
    kind: PreKeyKind,
    id: number,
  ) => { readonly record: Bytes; readonly keep: boolean } | null;
  readonly baseKeyUsed: (used: UsedBaseKey) => boolean;
};

/** The memory that keeps a recorded first message from being delivered again. PROTOCOL decisions "Prekeys". */
export type UsedBaseKey = {
  readonly kyberPreKeyId: number;
  readonly signedPreKeyId: number;
  readonly baseKey: Bytes;
};

/** The same reads, which tell `note` what they throw before they throw it. */
export function noteBugs(reads: RatchetReads, note: (error: Error) => void): RatchetReads {
  const noted =
    <Args extends unknown[], Answer>(read: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      try {
        return read(...args);
      } catch (error) {
        if (error instanceof Error) note(error);
        throw error;
      }
    };
  const { session, preKey, baseKeyUsed } = reads;
  return { ...reads, session: noted(session), preKey: noted(preKey), baseKeyUsed: noted(baseKeyUsed) };
}
