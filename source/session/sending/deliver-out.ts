import { createBell } from '../../core/bell.ts';
import type { Bell } from '../../core/bell.ts';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import { createCourier } from '../../outbox/courier.ts';
import type { Courier, Parcel } from '../../outbox/courier.ts';
import type { Outcome } from '../../outbox/post.ts';
import { changeContact, contactOf, isContact } from '../../store/contacts.ts';
import { markSent } from '../../store/messages.ts';
import { dropOldest, keepCarried } from '../../store/wire.ts';
import type { Carried } from '../../store/wire.ts';
import { isSendable, removeFromOutbox, waitingFor } from '../../store/outbox.ts';
import { composeQueued } from './compose-queued.ts';
import { look, turn } from '../context.ts';
import type { Context, Work } from '../context.ts';
import { labelOf } from '../find-contact.ts';
import { addNotice } from './notice.ts';
import { showReach } from '../show.ts';
import { tryAgain } from './tries.ts';
import type { Tried } from './tries.ts';

/** How many envelopes of one contact are held ready for the courier. */
const readyEnvelopes = 16;

/** The end of the send line: carries what is committed and settles what was accepted. */
export type Mail = Pick<Courier, 'retryNow'> & {
  /** Takes over what a commit left in the outbox for these contacts; to be called when no transaction is under way. */
  readonly refresh: (contactIds: Iterable<number>) => void;
  /** What was tried of the envelope that is next for a contact, or was last. */
  readonly tried: (contactId: number) => Tried | null;
  /** Forgets the envelopes of these contacts that a commit took back. */
  readonly recall: (contactIds: Iterable<number>) => void;
  /** Answers when nothing is due and everything that was accepted is settled. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Desk = {
  readonly context: Context;
  /** Committed envelopes in order, by contact: what is not committed must never be posted. */
  readonly ready: Map<number, readonly Parcel[]>;
  /** The last envelope of each contact that was accepted, by id. */
  readonly acceptedUpTo: Map<number, number>;
  /** Accepted by the peer's listener, but not yet settled in the database; and by what request. */
  readonly accepted: Array<{ readonly parcel: Parcel; readonly carried: Carried }>;
  readonly tried: Map<number, Tried>;
};

/**
 * Starts the courier. A 202 is settled a moment later, many in one transaction, while the next envelope is already under
 * way; a crash in between posts the same bytes again, and the peer knows them by their hash. `failed` gets a settling that throws.
 */
export function startMail(context: Context, failed: (error: unknown) => void): Mail {
  const desk: Desk = { context, ready: new Map(), acceptedUpTo: new Map(), accepted: [], tried: new Map() };
  const settling: Bell = createBell(
    () => settleAccepted(desk),
    (error) => {
      failed(error);
      settling.ringSoon(limits.retryFirstMs);
    },
  );
  const courier = createCourier({
    heads: () => [...desk.ready.values()].flatMap((parcels) => parcels.slice(0, 1)),
    tried({ contactId, id }, outcome) {
      desk.tried.set(contactId, tryAgain(desk.tried.get(contactId) ?? null, id, outcome));
    },
    async settle(parcel, outcome) {
      if (note(desk, parcel, outcome)) settling.ringSoon(limits.settleDelayMs);
      const unknown = outcome.kind === 'refused' && outcome.reason === 'unknown';
      if (unknown) await turn(context, (work) => noteUnknown(work, parcel.contactId));
    },
    waiting(contactId, away) {
      if (!away) return;
      showReach(context, contactId, { kind: 'away', ...away });
      // What is held ready may name an address or a slot that is no longer theirs.
      look(context, () => fetchReady(desk, contactId)).catch(failed);
    },
  });
  return {
    retryNow: courier.retryNow,
    tried: (contactId) => desk.tried.get(contactId) ?? null,
    refresh(contactIds) {
      for (const contactId of contactIds) {
        refill(desk, contactId);
        courier.wake(contactId);
      }
    },
    recall(contactIds) {
      for (const contactId of contactIds) forgetReady(desk, contactId);
    },
    async idle() {
      await courier.idle();
      await settling.idle();
    },
    async close() {
      await courier.close();
      await settling.idle();
      settling.stop();
    },
  };
}

function forgetReady(desk: Desk, contactId: number): void {
  desk.ready.delete(contactId);
  desk.tried.delete(contactId);
}

/** What is held ready stays here too when the contact may no longer be sent to. */
function refill(desk: Desk, contactId: number): void {
  if (!isSendable(desk.context.database, contactId)) forgetReady(desk, contactId);
  else if ((desk.ready.get(contactId)?.length ?? 0) <= readyEnvelopes / 2) fetchReady(desk, contactId);
}

function fetchReady(desk: Desk, contactId: number): void {
  const after = desk.acceptedUpTo.get(contactId) ?? 0;
  const waiting = waitingFor(desk.context.database, contactId, { after, most: readyEnvelopes });
  if (waiting.length > 0) desk.ready.set(contactId, waiting);
  else desk.ready.delete(contactId);
}

/** Answers whether there is something to settle now. */
function note(desk: Desk, parcel: Parcel, outcome: Outcome): boolean {
  const { contactId, id } = parcel;
  if (outcome.kind !== 'accepted') return false;
  desk.acceptedUpTo.set(contactId, id);
  const tries = desk.tried.get(contactId)?.tries ?? 1;
  desk.accepted.push({
    parcel,
    carried: { tries, head: outcome.head, status: 202, proof: outcome.kept, at: Date.now() },
  });
  desk.ready.set(
    contactId,
    (desk.ready.get(contactId) ?? []).filter((waiting) => waiting.id > id),
  );
  answered(desk.context, contactId);
  return true;
}

/** Remembers that a contact answered, to a few seconds: every new value is a frame to draw. */
function answered({ reach }: Context, contactId: number): void {
  const before = reach.get(contactId);
  const now = Date.now();
  if (before?.kind !== 'answered' || before.at < now - limits.answeredStepMs) {
    reach.set(contactId, { kind: 'answered', at: now });
  }
}

async function settleAccepted(desk: Desk): Promise<void> {
  const batch = desk.accepted.slice();
  if (batch.length === 0) return;
  await turn(desk.context, async (work) => {
    for (const { parcel, carried } of batch) settle(work, parcel, carried);
    dropOldest(work.database);
    for (const contactId of work.touched) await composeQueued(work, contactId);
  });
  desk.accepted.splice(0, batch.length);
}

/** While a receipt was on its way another may have become due: only one waits at a time. */
function settle(work: Work, parcel: Parcel, carried: Carried): void {
  keepCarried(work.database, parcel.id, carried);
  const row = removeFromOutbox(work.database, parcel.id);
  if (!isContact(work.database, parcel.contactId)) return;
  if (row === null) work.owed.add(parcel.contactId);
  else markSent(work.database, row);
  changeContact(work.database, parcel.contactId, { unknownSince: null });
  work.touched.add(parcel.contactId);
}

/**
 * A listener that does not know me belongs to somebody who blocked or forgot me, or who set up anew; but nothing proves that it is
 * theirs. That is said once.
 */
function noteUnknown(work: Work, contactId: number): void {
  if (!isContact(work.database, contactId)) return;
  const contact = contactOf(work.database, contactId);
  if (contact.unknownSince !== null) return;
  changeContact(work.database, contactId, { unknownSince: work.now });
  const name = printableLine(labelOf(contact));
  const why = `${name} has blocked or forgotten you or has set up anew, or something else answers there`;
  addNotice(
    work,
    contactId,
    `the cryptochat at ${printableLine(contact.address)} does not know you: ${why}; what you write waits here. If it lasts, you need a new link from ${name}`,
    'unknown there',
  );
}
