import type { Bytes } from '../../core/types.ts';
import type { Changes } from '../../protocol/overlay.ts';
import type { RatchetReads } from '../../protocol/reads.ts';
import { identityOf } from '../../store/identities.ts';
import { baseKeyUsed, preKeyOf, rememberBaseKey, removePreKey } from '../../store/prekeys.ts';
import { sessionOf, writeSession, type SessionKey } from '../../store/sessions.ts';
import type { Work } from './work.ts';

/** The data that a ratchet step may read for one pair of epochs; null when my identity of that epoch is gone. */
export function readsFor(work: Work, key: SessionKey, theirIdentity: Bytes): RatchetReads | null {
  const session = (): Bytes | null => sessionOf(work.database, key);
  return readsOf(work, key.myEpoch, { theirIdentity, session });
}

/** The same for somebody who is not a contact yet: there is no session. */
export function readsForStranger(work: Work, myEpoch: number, theirIdentity: Bytes): RatchetReads | null {
  return readsOf(work, myEpoch, { theirIdentity, session: () => null });
}

function readsOf(
  work: Work,
  myEpoch: number,
  theirs: Pick<RatchetReads, 'theirIdentity' | 'session'>,
): RatchetReads | null {
  const mine = identityOf(work.database, myEpoch);
  if (!mine) return null;
  return {
    ...theirs,
    myIdentity: mine.publicKey,
    myPrivate: mine.privateKey,
    registrationId: work.registrationId,
    preKey: (kind, id) => preKeyOf(work.database, myEpoch, { kind, id }),
    baseKeyUsed: (used) => baseKeyUsed(work.database, used),
  };
}

/** Tells whether a ratchet step began a session: it used up a prekey, or a base key of one that is not used up. */
export function isBegun({ removedPreKeys, usedBaseKey }: Changes): boolean {
  return removedPreKeys.length > 0 || usedBaseKey !== null;
}

/** Writes the changes of a ratchet step, inside the transaction of `work`. */
export function writeChanges(work: Work, key: SessionKey, changes: Changes): void {
  if (changes.session) writeSession(work.database, key, changes.session);
  for (const used of changes.removedPreKeys) removePreKey(work.database, used);
  if (changes.usedBaseKey) rememberBaseKey(work.database, changes.usedBaseKey);
}
