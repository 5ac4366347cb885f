import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../core/bytes.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { packEnvelopes, pouchLength, type Packed } from '../../core/pouch.ts';
import { printableLine } from '../../core/printable.ts';
import { isInviteSlot } from '../../protocol/invitation.ts';
import { contactOf, type ContactRow } from '../../store/contacts.ts';
import {
  countWaiting,
  dropDelivered,
  dropWaiting,
  waitingFor,
  type Range,
  type Waiting,
} from '../../store/outbox.ts';
import { findContact, labelOf } from '../people/find-contact.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { composeQueued, composeReceipt } from './compose.ts';

/**
 * Packs the mail that waits for a contact, to be carried by hand. It stays in the queue, because only the reader's ack proves that it
 * arrived. Throws ChatError contact-unknown, pouch-empty. PROTOCOL.md §14.
 */
export function pack(context: Context, ask: { readonly contact: string }): Promise<Packed> {
  return turn(context, async (work) => {
    const contact = findContact(work.database, ask.contact);
    if (dropDelivered(work.database, contact.id) > 0) readAgain(work, contact.id);
    const parcels = await gather(work, contact.id);
    const [first] = parcels;
    if (!first)
      throw new ChatError('pouch-empty', printableLine(labelOf(contactOf(work.database, contact.id))));
    const nonce = new Uint8Array(randomBytes(16));
    const pouch = packEnvelopes(
      first.slotKey,
      nonce,
      parcels.map(({ envelope }) => envelope),
    );
    const left = countWaiting(work.database, contact.id) - parcels.length;
    return { pouch: toBase64url(pouch), envelopes: parcels.length, left };
  });
}

/** Encrypts for a contact until nothing is left to encrypt, or enough is ready; returns the envelopes of one pouch. */
async function gather(work: Work, contactId: number): Promise<readonly Waiting[]> {
  await freshReceipt(work, contactId);
  for (;;) {
    const before = countWaiting(work.database, contactId);
    await composeQueued(work, contactId);
    const range = { after: 0, ...roomFor(contactOf(work.database, contactId)), byHand: true };
    const ready = waitingFor(work.database, contactId, range);
    const isAll = countWaiting(work.database, contactId) === before;
    if (isAll || ready.length < before) return ready;
  }
}

/** The courier may hold envelopes that are gone, and must fetch the remaining ones. */
function readAgain(work: Work, contactId: number): void {
  work.recalled.add(contactId);
  work.touched.add(contactId);
}

/** A receipt that waits says what had come when it was written, and no network takes it away so that a newer one can follow. */
async function freshReceipt(work: Work, contactId: number): Promise<void> {
  if (contactOf(work.database, contactId).receiptDue === 0) return;
  dropWaiting(work.database, contactId, 'receipt');
  readAgain(work, contactId);
  await composeReceipt(work, contactId);
}

/** The slot of a link takes no more than its reader lets in through it: the rest goes by the slot that the answer brings. */
function roomFor({ theirSlot }: ContactRow): Pick<Range, 'most' | 'bytes'> {
  if (isInviteSlot(theirSlot)) return { most: limits.inviteSlotFiles, bytes: limits.inviteSlotBytes };
  return {
    most: limits.pouchEnvelopes,
    bytes: limits.pouchBytes - pouchLength([]) - limits.pouchEnvelopes,
  };
}
