import { randomBytes } from 'node:crypto';
import type { Bytes, Envelope } from '../../core/types.ts';
import { limits } from '../../core/limits.ts';
import { encodeContent } from '../../protocol/content.ts';
import type { Body, Stored } from '../../protocol/content.ts';
import { sealEnvelope } from '../../protocol/envelope.ts';
import { ratchetEncrypt } from '../../protocol/ratchet.ts';
import { contactKey } from '../../store/contact-keys.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { addMessage } from '../../store/messages.ts';
import { storedAbove } from '../../store/order.ts';
import { addToOutbox, hasWaitingReceipt } from '../../store/outbox.ts';
import { newestSession } from '../../store/sessions.ts';
import type { SessionKey } from '../../store/sessions.ts';
import { unsentTo } from '../../store/unsent.ts';
import { beginFromReserve } from '../recovery/begin-from-reserve.ts';
import type { Work } from '../context.ts';
import { readsFor, writeChanges } from '../ratchet-reads.ts';
import { isUnheard } from '../recovery/unheard.ts';

/**
 * The middle of the send line: gives `body` its id and seq, stores it, encrypts it in the newest session of the
 * contact and puts the envelope into the outbox, all inside the transaction of `work`. Without a session that can send,
 * the message stays queued until there is one. `hiddenAs` is what the history calls what is no text; `route` is where it goes
 * instead of the newest session. Answers its id, 16 bytes.
 */
export async function compose(
  work: Work,
  contactId: number,
  body: Body,
  options: { readonly id?: Bytes; readonly hiddenAs?: string; readonly route?: Route } = {},
): Promise<Bytes> {
  const { id = newId(), hiddenAs = body.kind, route } = options;
  const contact = contactOf(work.database, contactId);
  const seq = contact.nextSeq;
  const row = addMessage(work.database, {
    contactId,
    direction: 'out',
    id,
    ...(body.kind === 'text' ? { kind: 'text', text: body.text } : { kind: 'hidden', text: hiddenAs }),
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
  const [first] = unsentTo(work.database, contactId, 1);
  // What waits without an envelope goes first; but a hello opens the door for all of it.
  const isNext = first?.row === row || body.kind === 'hello' || route !== undefined;
  if (isNext) await enqueue(work, contact, { id, seq, body, row, route });
  return id;
}

/** A session, and the seal key (33 bytes) that what is written in it is sealed to. */
export type Route = { readonly session: SessionKey; readonly sealKey: Bytes };

/** A new id of a content, 16 random bytes. */
export function newId(): Bytes {
  return new Uint8Array(randomBytes(16));
}

/** Composes a receipt for a contact if one is due and none is waiting already; a waiting one is followed by a newer. */
export async function composeReceipt(work: Work, contactId: number): Promise<void> {
  const contact = contactOf(work.database, contactId);
  if (contact.receiptDue === 0 || hasWaitingReceipt(work.database, contactId)) return;
  const stored = storedOutOfOrder(work, contact);
  const sent = await composeUnordered(work, contact, { kind: 'receipt', stored });
  if (sent) changeContact(work.database, contactId, { receiptDue: 0 });
}

/** Composes a content outside the order of messages, which no history keeps; answers whether a session could send it. */
export function composeUnordered(work: Work, contact: ContactRow, body: Body): Promise<boolean> {
  return enqueue(work, contact, { id: newId(), seq: 0, body, row: null });
}

/** What is stored beyond a gap, as a receipt lists it. */
export function storedOutOfOrder(work: Work, contact: ContactRow): readonly Stored[] {
  const range = { from: contact.storedUpTo, most: limits.receiptSeqs };
  return storedAbove(work.database, contact.id, range).map(({ seq, id }) => ({
    seq,
    idStart: id.slice(0, 4),
  }));
}

/** Encrypts a content that was stored before; answers whether there was a session that can send. */
export async function composeAgain(
  work: Work,
  contactId: number,
  message: { id: Bytes; seq: number; row: number; body: Body },
): Promise<boolean> {
  return enqueue(work, contactOf(work.database, contactId), message);
}

type Outgoing = {
  readonly id: Bytes;
  readonly seq: number;
  readonly body: Body;
  readonly row: number | null;
  readonly route?: Route | undefined;
};

/**
 * In the newest session; or, when that one cannot send, in a new one from the contact's reserve bundle. Between two of whom one
 * asked and the other has not accepted, only the hello goes; to a contact that is blocked, nothing, and nothing lies ready.
 */
async function enqueue(work: Work, contact: ContactRow, content: Outgoing): Promise<boolean> {
  // Its seq may be one that the lost home used: the contact would not take it, and not know the key of what follows.
  if (content.body.kind === 'rotate' && isUnheard(work, contact.id)) return false;
  work.touched.add(contact.id);
  if (!mayGo(contact, content.body)) return false;
  const head = {
    id: content.id,
    seq: content.seq,
    ack: contact.storedUpTo,
    mark: contact.storedMark,
    sentAt: work.now,
  };
  const plaintext = encodeContent(head, content.body);
  const route = content.route ?? newestRoute(work, contact.id);
  const sealed =
    (route && (await encryptIn(work, route, plaintext))) ?? (await encryptInNew(work, contact, plaintext));
  if (!sealed) return false;
  addToOutbox(work.database, {
    contactId: contact.id,
    messageRow: content.row,
    ...sealed,
    createdAt: work.now,
  });
  if ('profile' in content.body) {
    changeContact(work.database, contact.id, { toldAddress: content.body.profile.address });
  }
  return true;
}

function mayGo({ state, request }: ContactRow, { kind }: Body): boolean {
  return state !== 'blocked' && (request === null || kind === 'hello');
}

/** An envelope, and libsignal's number of the ratchet message in it. */
type Sealing = { readonly envelope: Envelope; readonly ratchet: 2 | 3 };

async function encryptInNew(work: Work, contact: ContactRow, plaintext: Bytes): Promise<Sealing | null> {
  const begun = await beginFromReserve(work, contact);
  return begun && encryptIn(work, routeOf(work, begun), plaintext);
}

function newestRoute(work: Work, contactId: number): Route | null {
  const session = newestSession(work.database, contactId);
  return session && routeOf(work, session);
}

function routeOf(work: Work, session: SessionKey): Route {
  const { sealKey } = contactKey(work.database, session.contactId, session.theirEpoch);
  return { session, sealKey };
}

async function encryptIn(work: Work, { session, sealKey }: Route, plaintext: Bytes): Promise<Sealing | null> {
  const { identity } = contactKey(work.database, session.contactId, session.theirEpoch);
  const reads = readsFor(work, session, identity);
  const sealed = reads && (await ratchetEncrypt(reads, plaintext));
  if (!sealed) return null;
  writeChanges(work, session, sealed.changes);
  return { envelope: sealEnvelope(sealed.inner, sealKey), ratchet: sealed.inner.type };
}

function activity(work: Work, body: Body): { lastActivityAt?: number } {
  return body.kind === 'text' ? { lastActivityAt: work.now } : {};
}

/** Every content carries an ack; when nothing is stored above it, no receipt is needed beside it. */
function ackSettled(work: Work, contact: ContactRow): { receiptDue?: number } {
  const above = storedAbove(work.database, contact.id, { from: contact.storedUpTo, most: 1 });
  return above.length === 0 ? { receiptDue: 0 } : {};
}
