import type { Bytes } from '../core/types.ts';

/** The kind of a prekey record. */
export type PreKeyKind = 'one-time' | 'signed' | 'kyber';

/**
 * The data that one ratchet step may read: one pair of identities (mine, theirs: 33 bytes), the session of that pair, and the prekeys of
 * my epoch. Plain synchronous reads, so a step sees one state of the store.
 */
export type RatchetReads = {
  readonly myIdentity: Bytes;
  readonly myPrivate: Bytes;
  readonly registrationId: number;
  readonly theirIdentity: Bytes;
  readonly session: () => Bytes | null;
  /** `keep` is true for a last-resort key, which stays after its use. */
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

/** The same reads, which pass every error to `note` before they throw it. */
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
