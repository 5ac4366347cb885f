import { randomBytes } from 'node:crypto';
import type { Bytes } from '../../core/types.ts';
import { limits } from '../../core/limits.ts';
import { canRead } from '../../protocol/abilities.ts';
import { encodeContent } from '../../protocol/kinds/content.ts';
import {
  decodeBody,
  encodeBody,
  kindNamed,
  kinds,
  type Body,
  type KindName,
} from '../../protocol/kinds/table.ts';
import { noReset } from '../../protocol/kinds/receipt.ts';
import type { Stored } from '../../protocol/kinds/stored.ts';
import { changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import { currentIdentity } from '../../store/identities.ts';
import { addMessage, type NewMessage } from '../../store/messages.ts';
import { storedAbove } from '../../store/order.ts';
import { addToOutbox, isWaiting, type Place, type Purpose } from '../../store/outbox.ts';
import { sendAgain, unsentTo, type Unsent } from '../../store/unsent.ts';
import type { Kind, Work } from '../work/work.ts';
import { receiptOnly } from './acks.ts';
import { encryptFor, type Route } from './route.ts';
import { isRevoked } from '../keyring/revoked.ts';

/**
 * The middle of the send line: gives `body` its id and seq, stores it, encrypts it in the newest session of the contact and puts the
 * envelope into the outbox, all inside the transaction of `work`. Without a session that can send, the message stays queued until there is
 * one. `note` is the text that the row of a hidden message keeps. Returns its id, 16 bytes.
 */
export async function compose(
  work: Work,
  contactId: number,
  body: Body,
  options: { readonly id?: Bytes; readonly note?: string } = {},
): Promise<Bytes> {
  const { id = newId(), note = '' } = options;
  const contact = contactOf(work.database, contactId);
  const seq = contact.nextSeq;
  const row = addMessage(work.database, {
    contactId,
    direction: 'out',
    id,
    ...rowOf(work, body, note),
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
  // Messages that wait without an envelope go first; but a hello opens the door for all of them.
  const isNext = first?.row === row || body.kind === 'hello';
  if (isNext) await enqueue(work, contact, { id, seq, body, row, what: 'content' });
  return id;
}

/** How a content of mine is stored: its line, or hidden; its body when it has to be sent again unchanged. */
function rowOf(work: Work, body: Body, note: string): Pick<NewMessage, 'kind' | 'text' | 'what' | 'body'> {
  if (body.kind === 'text') return { kind: 'text', text: body.text };
  const { line, again } = work.kinds[body.kind] as Kind<Body>;
  const stays = again ? null : encodeBody(body);
  return { kind: line ? 'text' : 'hidden', text: line?.(body) ?? note, what: body.kind, body: stays };
}

/** A new id of a content, 16 random bytes. */
export function newId(): Bytes {
  return new Uint8Array(randomBytes(16));
}

/** Composes a receipt for a contact if one is due and none is waiting already; a waiting one is followed by a newer. */
export async function composeReceipt(work: Work, contactId: number): Promise<void> {
  const contact = contactOf(work.database, contactId);
  if (contact.receiptDue === 0 || isWaiting(work.database, contactId, 'receipt')) return;
  const stored = storedOutOfOrder(work, contact);
  const answers = contact.theirReset ?? noReset;
  const sent = await composeUnordered(
    work,
    contact,
    { kind: 'receipt', answers, stored },
    { what: 'receipt' },
  );
  if (sent) changeContact(work.database, contactId, { receiptDue: 0 });
}

/** The purpose of a content outside the order of messages, and its destination if that is not the newest session at the contact's place. */
type Errand = {
  readonly what: Exclude<Purpose, 'content'>;
  readonly id?: Bytes;
  readonly route?: Route | undefined;
  readonly place?: Place | undefined;
};

/** Composes a content outside the order of messages, which no history keeps; returns whether a session could send it. */
export function composeUnordered(
  work: Work,
  contact: ContactRow,
  body: Body,
  { id = newId(), ...errand }: Errand,
): Promise<boolean> {
  return enqueue(work, contact, { id, seq: 0, body, row: null, ...errand });
}

/** The messages stored beyond a gap, as a receipt lists them. */
export function storedOutOfOrder(work: Work, contact: ContactRow): readonly Stored[] {
  const range = { from: contact.storedUpTo, most: limits.receiptSeqs };
  return storedAbove(work.database, contact.id, range).map(({ seq, id }) => ({
    seq,
    idStart: id.slice(0, 4),
  }));
}

/** Encrypts a content that was stored before, in the session of `route` or the best there is; returns whether one could send it. */
export async function composeAgain(
  work: Work,
  contactId: number,
  message: { id: Bytes; seq: number; row: number; body: Body; route?: Route },
): Promise<boolean> {
  return enqueue(work, contactOf(work.database, contactId), { ...message, what: 'content' });
}

type Outgoing = Omit<Errand, 'what' | 'id'> & {
  readonly what: Purpose;
  readonly id: Bytes;
  readonly seq: number;
  readonly body: Body;
  readonly row: number | null;
};

/** Puts a content into the outbox, in the best session or one begun for it; returns false when it may not go, or no session can send it. */
async function enqueue(work: Work, contact: ContactRow, content: Outgoing): Promise<boolean> {
  work.touched.add(contact.id);
  if (!mayGo(work, contact, content)) return false;
  const head = {
    id: content.id,
    seq: content.seq,
    ack: contact.storedUpTo,
    mark: contact.storedMark,
    sentAt: work.now,
  };
  const plaintext = encodeContent(head, content.body);
  const leastEpoch = leastEpochFor(work, content);
  const sealed = await encryptFor(work, contact, { plaintext, route: content.route, leastEpoch });
  if (!sealed) return false;
  addToOutbox(work.database, {
    contactId: contact.id,
    messageRow: content.row,
    ...sealed,
    createdAt: work.now,
    what: content.what,
    place: content.place,
  });
  noteTold(work, contact.id, content.body);
  return true;
}

/**
 * A blocked contact gets nothing, and nothing is prepared for it; a contact that I asked gets only the hello, because its card takes
 * nothing else; a contact that asked me gets only statements about my keys. A kind that the contact does not read is not sent.
 */
function mayGo(work: Work, { state, request, abilities }: ContactRow, { body, what }: Outgoing): boolean {
  if (state === 'blocked' || !canRead(abilities, kinds[body.kind].number)) return false;
  if (body.kind === 'text' && isRevoked(work.database)) return false;
  if (what === 'statement') return request !== 'sent';
  return request === null || body.kind === 'hello';
}

/**
 * Nothing in the order of messages is written under an older key of mine, or its reader could not tell me from somebody who stole that key:
 * the message waits until the contact has a session with the newest. Only a hello must come from a key that its reader knows.
 */
function leastEpochFor({ database }: Work, { body, what }: Outgoing): number {
  return what === 'content' && body.kind !== 'hello' ? currentIdentity(database).epoch : 0;
}

/** Notes the address and abilities of mine that a contact learns from this content. */
function noteTold(work: Work, contactId: number, body: Body): void {
  const profile = 'profile' in body ? body.profile : 'keys' in body ? body.keys.profile : null;
  if (!profile) return;
  changeContact(work.database, contactId, {
    toldAddress: profile.address,
    toldAbilities: profile.abilities,
  });
}

function activity(work: Work, body: Body): { lastActivityAt?: number } {
  return body.kind === 'text' ? { lastActivityAt: work.now } : {};
}

/** Every content carries an ack; when nothing is stored above it, and no reset waits for an answer, no receipt is needed beside it. */
function ackSettled(work: Work, contact: ContactRow): { receiptDue?: number } {
  if (contact.receiptDue === 0 || contact.receiptDue === receiptOnly) return {};
  const above = storedAbove(work.database, contact.id, { from: contact.storedUpTo, most: 1 });
  return above.length === 0 ? { receiptDue: 0 } : {};
}

/**
 * Encrypts, in order, the messages that are stored for a contact without an envelope: they were written while no session could send, or
 * were taken back because their reader cannot read them. Works on a part at a time: the next part follows when this one is on its way.
 */
export async function composeQueued(work: Work, contactId: number): Promise<void> {
  if (contactOf(work.database, contactId).state === 'blocked') return;
  for (const message of nextUnsent(work, contactId)) {
    const body = bodyOf(work, contactId, message);
    if (!(await composeAgain(work, contactId, { ...message, body }))) return;
  }
}

/**
 * The next messages without an envelope: once everything that was marked for sending again is on its way, the next part of the lost ones.
 */
function nextUnsent(work: Work, contactId: number): readonly Unsent[] {
  const unsent = unsentTo(work.database, contactId, limits.composeAtOnce);
  if (unsent.length > 0 || !sendNextAgain(work, contactId)) return unsent;
  return unsentTo(work.database, contactId, limits.composeAtOnce);
}

/**
 * A text stays as it was; other kinds use their current body or the one that went out before, or only their seq when the content no longer
 * matters.
 */
function bodyOf(work: Work, contactId: number, { what, text, body }: Unsent): Body {
  if (what === null) return { kind: 'text', text };
  const name = kindNamed(what);
  const again = name && work.kinds[name].again;
  const said = again ? again(work, contactId) : name && body && keptBody(name, body);
  return said ?? { kind: 'void' };
}

/** How many contents are marked for going out again at a time: a few milliseconds. */
const againAtOnce = 500;

/** Marks the next part of a contact's lost messages for sending again; returns whether there was one. */
export function sendNextAgain(work: Work, contactId: number): boolean {
  const { againFrom, againTo } = contactOf(work.database, contactId);
  if (againFrom === 0) return false;
  const range = { after: againFrom - 1, upTo: againTo, most: againAtOnce };
  const next = sendAgain(work.database, contactId, range);
  changeContact(work.database, contactId, { againFrom: next, ...(next === 0 ? { againTo: 0 } : {}) });
  return true;
}

/** The body to keep for a hidden kind; a text is in its line, and a content without a seq is never kept. */
function keptBody(name: KindName, body: Bytes): Body | null {
  return name !== 'text' && kinds[name].ordered ? decodeBody(name, body) : null;
}
