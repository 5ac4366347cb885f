import { changeContact, isContact } from '../../store/contacts.ts';
import { markSent } from '../../store/messages.ts';
import { removeFromOutbox } from '../../store/outbox.ts';
import { keepCarried, type Carried } from '../../store/wire.ts';
import type { Work } from '../work/work.ts';

/** An envelope that was taken, by its number in the outbox; `elsewhere` at a place where the contact was before, `inBox` in a box. */
export type Settled = {
  readonly id: number;
  readonly contactId: number;
  readonly elsewhere: boolean;
  readonly carried: Carried;
  readonly inBox: boolean;
};

/**
 * Settles an envelope that was taken: it leaves the outbox, and its message is sent. While a receipt was on its way another may have become
 * due: only one waits at a time.
 */
export function settle(work: Work, { id, contactId, elsewhere, carried, inBox }: Settled): void {
  keepCarried(work.database, id, carried);
  const row = removeFromOutbox(work.database, id);
  if (!isContact(work.database, contactId)) return;
  work.touched.add(contactId);
  if (elsewhere) return;
  if (row === null) work.owed.add(contactId);
  else markSent(work.database, row, inBox);
  changeContact(work.database, contactId, { unknownSince: null });
}
