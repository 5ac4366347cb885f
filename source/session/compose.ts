import { randomBytes } from 'node:crypto';
import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import { encodeContent } from '../protocol/content.ts';
import type { Body } from '../protocol/content.ts';
import { sealEnvelope } from '../protocol/envelope.ts';
import { ratchetEncrypt } from '../protocol/ratchet.ts';
import { contactKey } from '../store/contact-keys.ts';
import { changeContact, contactOf } from '../store/contacts.ts';
import type { ContactRow } from '../store/contacts.ts';
import { addMessage, seqsAbove } from '../store/messages.ts';
import { addToOutbox, hasWaitingReceipt } from '../store/outbox.ts';
import { newestSession } from '../store/sessions.ts';
import { unsentTexts } from '../store/unsent.ts';
import type { Unsent } from '../store/unsent.ts';
import type { Work } from './context.ts';
import { readsFor, writeChanges } from './ratchet-reads.ts';

/** What the history keeps of an outgoing content. */
type Kept = { readonly kind: 'text' | 'notice' | 'hidden'; readonly text: string };

/**
 * The middle of the send line: gives `body` its id and seq, stores it, encrypts it in the newest session of the
 * contact and puts the envelope into the outbox, all inside the transaction of `work`. Without a session that can send,
 * the message stays queued until there is one. Answers its id, 16 bytes.
 */
export async function compose(work: Work, contactId: number, body: Body, id = newId()): Promise<Bytes> {
  const contact = contactOf(work.database, contactId);
  const seq = contact.nextSeq;
  const row = addMessage(work.database, {
    contactId,
    direction: 'out',
    id,
    ...keptOf(body),
    seq,
    state: 'queued',
    sentAt: work.now,
    receivedAt: null,
  });
  changeContact(work.database, contactId, {
    nextSeq: seq + 1,
    ...activity(work, body),
    ...ackSettled(work, contact),
  });
  await enqueue(work, contact, { id, seq, body, row });
  return id;
}

/** A new id of a content, 16 random bytes. */
export function newId(): Bytes {
  return new Uint8Array(randomBytes(16));
}

/** Composes a receipt for a contact if one is due and none is waiting already; a waiting one is followed by a newer. */
export async function composeReceipt(work: Work, contactId: number): Promise<void> {
  const contact = contactOf(work.database, contactId);
  if (contact.receiptDue === 0 || hasWaitingReceipt(work.database, contactId)) return;
  const seqs = seqsAbove(work.database, contactId, { from: contact.storedUpTo, most: limits.receiptSeqs });
  const id = newId();
  const sent = await enqueue(work, contact, { id, seq: 0, body: { kind: 'receipt', seqs }, row: null });
  if (sent) changeContact(work.database, contactId, { receiptDue: 0 });
}

/** Encrypts what was queued while there was no session that could send; to be called when there is a new one. */
export async function composeQueued(work: Work, contactId: number): Promise<void> {
  for (const message of unsentTexts(work.database, contactId)) {
    await composeAgain(work, contactId, { ...message, body: { kind: 'text', text: message.text } });
  }
}

/** Encrypts a content that was stored when no session could send. */
export async function composeAgain(
  work: Work,
  contactId: number,
  message: Unsent & { body: Body },
): Promise<void> {
  await enqueue(work, contactOf(work.database, contactId), message);
}

async function enqueue(
  work: Work,
  contact: ContactRow,
  content: { id: Bytes; seq: number; body: Body; row: number | null },
): Promise<boolean> {
  work.touched.add(contact.id);
  const key = newestSession(work.database, contact.id);
  const pinned = key && contactKey(work.database, contact.id, key.theirEpoch);
  const reads = key && pinned && readsFor(work, key, pinned.identity);
  if (!key || !reads) return false;
  const head = { id: content.id, seq: content.seq, ack: contact.storedUpTo, sentAt: work.now };
  const sealed = await ratchetEncrypt(reads, encodeContent(head, content.body));
  if (!sealed) return false;
  writeChanges(work, key, sealed.changes);
  const envelope = sealEnvelope(sealed.inner, pinned.sealKey);
  addToOutbox(work.database, {
    contactId: contact.id,
    messageRow: content.row,
    envelope,
    createdAt: work.now,
  });
  return true;
}

function keptOf(body: Body): Kept {
  if (body.kind === 'text') return { kind: 'text', text: body.text };
  return { kind: 'hidden', text: body.kind };
}

function activity(work: Work, body: Body): { lastActivityAt?: number } {
  return body.kind === 'text' ? { lastActivityAt: work.now } : {};
}

/** Every content carries an ack; when nothing is stored above it, no receipt is needed beside it. */
function ackSettled(work: Work, contact: ContactRow): { receiptDue?: number } {
  const above = seqsAbove(work.database, contact.id, { from: contact.storedUpTo, most: 1 });
  return above.length === 0 ? { receiptDue: 0 } : {};
}
