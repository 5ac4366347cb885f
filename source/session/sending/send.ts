import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import { fromHex, toHex } from '../../core/bytes.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { savepoint } from '../../store/commit.ts';
import { findSent } from '../../store/messages.ts';
import { compose, composeQueued, newId } from './compose.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { createBreath } from '../../core/breath.ts';
import type { Bytes } from '../../core/types.ts';
import { findContact, frozenReason, labelOf } from '../people/find-contact.ts';
import { noteBug } from '../work/note-bug.ts';
import { refuseRevoked } from '../keyring/revoked.ts';

/** A message to send; `id` (32 hex digits) makes it safe to ask twice. */
type Sending = { readonly contact: string; readonly text: string; readonly id?: string };

/** Sends one message; returns its id once it is on the disk. */
type Send = (sending: Sending) => Promise<{ readonly id: string }>;

/** A message that waits for the next turn, and the callbacks for its sender. */
type Asked = {
  readonly contact: string;
  readonly text: string;
  readonly id: Bytes;
  readonly done: PromiseWithResolvers<{ readonly id: string }>;
};

/** Messages that share one turn, and one commit, at most. */
const mostAtOnce = 64;

/**
 * THE SEND LINE: find the contact, compose, seal, commit; then the courier is woken and the screen shows the line. Messages that are sent
 * while another turn runs share the next one. Throws ChatError for an unknown or frozen contact, an empty or a long text.
 */
export function createSend(context: Context): Send {
  const asked: Asked[] = [];
  const sendNext = async (): Promise<void> => {
    let taken: readonly Asked[] = [];
    try {
      const kept = await turn(context, (work) => {
        taken = asked.splice(0, mostAtOnce);
        if (asked.length > 0) void sendNext();
        return sendAll(work, taken);
      });
      for (const { id, done } of kept) done.resolve({ id: toHex(id) });
    } catch (error) {
      if (taken.length === 0) taken = asked.splice(0);
      for (const { done } of taken) done.reject(error);
    }
  };
  return async (sending) => {
    const text = checkText(sending.text);
    const id = sending.id === undefined ? newId() : fromHex(sending.id);
    const done = Promise.withResolvers<{ readonly id: string }>();
    asked.push({ contact: sending.contact, text, id, done });
    if (asked.length === 1) void sendNext();
    return done.promise;
  };
}

/**
 * Composes messages in one transaction; returns those that are kept. Reports each message that cannot be sent, and continues with the
 * others.
 */
async function sendAll(work: Work, asked: readonly Asked[]): Promise<readonly Asked[]> {
  const kept: Asked[] = [];
  const found = new Map<string, number>();
  const breathe = createBreath();
  for (const one of asked) {
    await breathe();
    const contactId = recipientOf(work, one, found);
    if (contactId === null) continue;
    const isRepeat = isSent(work, one);
    // A repeat is not checked, so it does not show whether the contact can be written to.
    if (!isRepeat) found.set(one.contact, contactId);
    if (isRepeat || (await isComposed(work, contactId, one))) kept.push(one);
  }
  for (const contactId of new Set(found.values())) {
    const rest = async (): Promise<true> => composeQueued(work, contactId).then(() => true);
    await savepoint(work.database, rest, (bug) => noteBug(work.database, bug));
  }
  return kept;
}

/** Composes one message; a bug with this one is reported to its sender, and the others go on. */
async function isComposed(work: Work, contactId: number, { id, text, done }: Asked): Promise<boolean> {
  const composed = async (): Promise<true> =>
    compose(work, contactId, { kind: 'text', text }, { id }).then(() => true);
  return savepoint(work.database, composed, (bug) => {
    noteBug(work.database, bug);
    done.reject(bug);
  });
}

/** The contact that a message is for, looked up once; null when it cannot be sent, which is reported to its sender. */
function recipientOf(work: Work, asked: Asked, found: ReadonlyMap<string, number>): number | null {
  try {
    const known = found.get(asked.contact);
    if (known !== undefined) return known;
    const contact = findContact(work.database, asked.contact);
    if (isSent(work, asked)) return contact.id;
    refuseRevoked(work);
    checkSendable(contact);
    return contact.id;
  } catch (error) {
    asked.done.reject(error);
    return null;
  }
}

function isSent(work: Work, { id }: Asked): boolean {
  return findSent(work.database, toHex(id)) !== null;
}

function checkText(text: string): string {
  const wellFormed = text.toWellFormed();
  const bytes = Buffer.byteLength(wellFormed);
  if (wellFormed.trim() === '') throw new ChatError('text-empty');
  if (bytes > limits.textBytes) throw new ChatError('text-long', String(bytes));
  return wellFormed;
}

/** A message to a contact that was asked stays queued until they accept. */
function checkSendable(contact: ContactRow): void {
  if (contact.state === 'requested') {
    if (contact.request === 'sent') return;
    throw new ChatError('contact-asks', printableLine(labelOf(contact)));
  }
  const reason = frozenReason(contact);
  if (reason) throw new ChatError('contact-frozen', reason);
}
