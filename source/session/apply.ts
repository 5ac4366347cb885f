import { printableLine } from '../core/printable.ts';
import type { Content } from '../protocol/content.ts';
import type { Profile } from '../protocol/profile.ts';
import { changeSealKey } from '../store/contact-keys.ts';
import { changeContact, contactOf } from '../store/contacts.ts';
import type { ContactKey } from '../store/contact-keys.ts';
import { addMessage, isRepeat, markDelivered, storedUpTo } from '../store/messages.ts';
import type { Work } from './context.ts';
import { isGoodLabel, labelOf } from './find-contact.ts';
import { followRotation } from './follow-rotation.ts';

/** A contact's unreadable novelty, as the history keeps it. */
const newerVersion = 'something came that only a newer version of cryptochat can show';

/** Stores what a decrypted content says, inside the transaction of `work`; a repeat changes nothing but the receipt. */
export async function apply(work: Work, from: ContactKey, content: Content): Promise<void> {
  const { contactId } = from;
  work.touched.add(contactId);
  const seqs = content.body.kind === 'receipt' ? content.body.seqs : [];
  markDelivered(work.database, contactId, { ack: content.ack, seqs });
  if (content.body.kind === 'receipt') return;
  changeContact(work.database, contactId, { receiptDue: 1 });
  work.owed.add(contactId);
  if (isRepeat(work.database, { contactId, id: content.id, seq: content.seq })) return;
  const notice = await applyBody(work, from, content);
  store(work, contactId, { content, notice });
}

/** Does what the body asks; answers a line for the history when it leaves one. */
async function applyBody(work: Work, from: ContactKey, content: Content): Promise<string | null> {
  const { body } = content;
  if (body.kind === 'rotate') return followRotation(work, from.contactId, body.rotate);
  if (body.kind === 'hello' || body.kind === 'profile') return applyProfile(work, from, body.profile);
  return body.kind === 'unknown' ? newerVersion : null;
}

/**
 * Takes over how to write to a contact, unless a retired key says it: who stole that one must not lead the mail elsewhere.
 * A new name that looks like another contact's does not replace the label; another one does, and leaves a line.
 */
function applyProfile(work: Work, from: ContactKey, profile: Profile): string | null {
  const contact = contactOf(work.database, from.contactId);
  if (from.epoch !== contact.epoch) return null;
  const keepLabel = contact.alias === null && !isGoodLabel(work.database, profile.name, contact.id);
  changeContact(work.database, contact.id, {
    name: profile.name,
    address: profile.address,
    theirSlot: profile.slotKey,
    ...(keepLabel ? { alias: labelOf(contact) } : {}),
  });
  if (profile.epoch === from.epoch) {
    changeSealKey(work.database, { contactId: contact.id, epoch: from.epoch, sealKey: profile.sealKey });
  }
  const [before, after] = [labelOf(contact), labelOf(contactOf(work.database, contact.id))];
  return before === after ? null : printableLine(`the name changed from ${before} to ${after}`);
}

function store(work: Work, contactId: number, heard: { content: Content; notice: string | null }): void {
  const { content, notice } = heard;
  const text = content.body.kind === 'text' ? content.body.text : (notice ?? content.body.kind);
  const kind = content.body.kind === 'text' ? 'text' : notice === null ? 'hidden' : 'notice';
  addMessage(work.database, {
    contactId,
    direction: 'in',
    id: content.id,
    kind,
    seq: content.seq,
    text,
    state: 'received',
    // Nothing was sent after it came; some times would be in no calendar.
    sentAt: Math.min(content.sentAt, work.now),
    receivedAt: work.now,
  });
  const contact = contactOf(work.database, contactId);
  changeContact(work.database, contactId, {
    storedUpTo: storedUpTo(work.database, contactId, contact.storedUpTo),
    ...(kind === 'text' ? { lastActivityAt: work.now } : {}),
  });
}
