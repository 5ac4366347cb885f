import { changeContact } from '../../store/contacts.ts';
import type { Work } from '../context.ts';

/** Notes that a contact is to hear what is stored here. */
export function oweReceipt(work: Work, contactId: number): void {
  changeContact(work.database, contactId, { receiptDue: 1 });
  work.owed.add(contactId);
}
