import { changeContact, contactOf } from '../../store/contacts.ts';
import { recallMail } from '../../store/unsent.ts';
import type { Work } from '../context.ts';

/** What `receiptDue` says when the ack that every content carries is not enough: a reset is to be answered, which only a receipt does. */
export const receiptOnly = 2;

/** Notes that a contact is to hear what is stored here. */
export function oweReceipt(work: Work, contactId: number, due: 1 | typeof receiptOnly = 1): void {
  const { receiptDue } = contactOf(work.database, contactId);
  changeContact(work.database, contactId, { receiptDue: Math.max(receiptDue, due) });
  work.owed.add(contactId);
}

/** Takes back what waits for a contact, because it cannot read it there; a receipt among it is owed again. */
export function recall(work: Work, contactId: number): void {
  if (recallMail(work.database, contactId)) oweReceipt(work, contactId, receiptOnly);
  work.recalled.add(contactId);
}
