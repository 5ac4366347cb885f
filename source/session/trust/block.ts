import type { Bytes, Contact } from '../../core/types.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { barKeys, barredKeys, findKey, liftBar, liftBars } from '../../store/contact-keys.ts';
import { changeContact, contactOf, contactSummary, type ContactRow } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { recallAll } from '../../store/unsent.ts';
import { forgetWire } from '../../store/wire.ts';
import { composeQueued } from '../sending/compose.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { printableLine } from '../../core/printable.ts';
import { dropBoxesOf } from '../../store/boxes.ts';
import { findContact, labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import { oweReceipt } from '../sending/acks.ts';
import { tellOwed } from './tell-owed.ts';
import { reportContact } from '../people/show.ts';

/**
 * Blocks a contact: its slot is gone, its files in the inbox are thrown away unread, the mail that waits for it is taken back and kept, and
 * none of its identity keys can come back through a link. The contact is not told. PROTOCOL.md §11.
 */
export function block(context: Context, ask: { readonly contact: string }): Promise<Contact> {
  return turn(context, (work) => {
    const { id, state } = findContact(work.database, ask.contact);
    if (state !== 'blocked') {
      changeContact(work.database, id, { state: 'blocked', stateBeforeBlock: state });
      barKeys(work.database, id);
      recallAll(work.database, id);
      forgetWire(work.database, id);
      work.recalled.add(id);
      touch(work, id);
      leaveBoxesOf(work, id);
    }
    return reportContact(work.database, contactSummary(work.database, id));
  });
}

/** Collects no more from the boxes that a contact keeps for me; to that contact it looks as if I were away. */
function leaveBoxesOf(work: Work, contactId: number): void {
  if (!dropBoxesOf(work.database, contactId)) return;
  work.after.boxes = true;
  const name = printableLine(labelOf(contactOf(work.database, contactId)));
  addNotice(work, contactId, `you no longer use the mailbox that ${name} kept for you`, 'mailbox');
}

/**
 * Unblocks a contact: everything is as before, and mail flows again both ways. For a contact that was forgotten since, the
 * fingerprint of the key lets it in again; then the answer is null. Throws ChatError contact-unknown.
 */
export function unblock(context: Context, ask: { readonly contact: string }): Promise<Contact | null> {
  return turn(context, async (work) => {
    const found = findContactOrKey(work.database, ask.contact);
    if (found instanceof Uint8Array) {
      liftBar(work.database, found);
      return null;
    }
    if (found.state === 'blocked') {
      const state = found.stateBeforeBlock ?? 'not-compared';
      changeContact(work.database, found.id, { state, stateBeforeBlock: null });
      liftBars(work.database, found.id);
      // A sign of life also wakes the mail that waits on their side.
      oweReceipt(work, found.id);
      touch(work, found.id);
      await tellOwed(work, found.id, 'instead');
      await composeQueued(work, found.id);
    }
    return reportContact(work.database, contactSummary(work.database, found.id));
  });
}

function touch(work: Work, contactId: number): void {
  work.touched.add(contactId);
  work.after.slots = true;
}

/** The contact that a fingerprint of a barred key stands for, or that key when nobody here has it; else the contact of this name. */
function findContactOrKey(database: Database, wanted: string): ContactRow | Bytes {
  const plain = wanted.replaceAll(/\s/gu, '').toUpperCase();
  const key = barredKeys(database).find((one) => fingerprint(one).replaceAll(' ', '') === plain);
  if (!key) return findContact(database, wanted);
  const known = findKey(database, key);
  return known ? contactOf(database, known.contactId) : key;
}
