import type { Bytes } from '../../core/types.ts';
import { keysBefore, type SignedStatement } from '../../protocol/rotate.ts';
import { findKey, pinKey } from '../../store/contact-keys.ts';
import type { Work } from '../work/work.ts';

/** The newest identity key (33 bytes) of somebody who is new here, its epoch and seal key, and the statements that lead to it. */
type Newcomer = {
  readonly contactId: number;
  readonly epoch: number;
  readonly identity: Bytes;
  readonly sealKey: Bytes;
  readonly statements: readonly SignedStatement[] | undefined;
};

/** The retirement time of keys that were never in use here: of the contents under them, only those that prove themselves count. */
export const longAgo = 0;

/**
 * Pins the keys that somebody new had before, because they are theirs too: later messages under them are not a stranger's. To be called
 * before the newest key is pinned. PROTOCOL.md §4.
 */
export function pinBefore(work: Work, { contactId, sealKey, statements = [], ...newest }: Newcomer): void {
  for (const { epoch, identity } of keysBefore(statements, newest).toReversed()) {
    if (findKey(work.database, identity) === null)
      pinKey(work.database, { contactId, epoch, identity, sealKey }, longAgo);
  }
}
