import { createBell, type Bell } from '../../core/bell.ts';
import { createBreath } from '../../core/breath.ts';
import { limits } from '../../core/limits.ts';
import { createCourier, type Courier } from '../../outbox/courier.ts';
import { placeHere } from '../../core/place.ts';
import type { Outcome } from '../../outbox/post.ts';
import type { Parcel } from '../../outbox/trip.ts';
import { sameBytes } from '../../core/bytes.ts';
import { dropOldest, type Carried } from '../../store/wire.ts';
import { isSendable, putLast, waitingFor } from '../../store/outbox.ts';
import { postByTor } from '../home/own-tor.ts';
import { composeQueued } from './compose.ts';
import { readInTurn, turn, type Context } from '../work/work.ts';
import { showReach } from '../people/show.ts';
import { settle, type Settled } from './settle.ts';
import { isLasting, noteUnknown, passOver } from './unknown-there.ts';
import { tryAgain, type Tried } from './tried.ts';

/** The number of envelopes held ready for one contact: those of one request, and as many after them. */
const ready = { most: 2 * limits.batchEnvelopes, bytes: 2 * limits.batchBytes };

/** The end of the send line: carries committed envelopes and settles accepted ones. */
export type Mail = Pick<Courier, 'retryNow'> & {
  /** Takes over the envelopes that a commit left in the outbox for these contacts; to be called when no transaction is under way. */
  readonly refresh: (contactIds: Iterable<number>) => void;
  /** Contacts that were heard from: their queued mail is tried, regardless of its pause. */
  readonly heard: (contactIds: Iterable<number>) => void;
  /** The tries of a contact's next envelope, or of its last one. */
  readonly tried: (contactId: number) => Tried | null;
  /** Forgets the envelopes of these contacts that a commit took back. */
  readonly recall: (contactIds: Iterable<number>) => void;
  /** Resolves when nothing is due and everything that was accepted is settled. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * The envelopes that are carried one after the other: a contact's id; below zero for a place where the contact was before, which keeps
 * nothing else waiting.
 */
type Lane = number;

/** An accepted envelope, the request that carried it, and whether it lies in a box. */
type Accepted = { readonly parcel: Parcel; readonly carried: Carried; readonly inBox: boolean };

/** Called with the result for a contact at its place: it took an envelope, or a try failed. */
export type Told = {
  readonly answered: (contactId: number) => void;
  readonly away: (contactId: number) => void;
};

const nobody: Told = { answered: () => undefined, away: () => undefined };

type Desk = {
  readonly context: Context;
  readonly told: Told;
  /** Committed envelopes in order, by lane: an uncommitted one must never be posted. */
  readonly ready: Map<Lane, readonly Parcel[]>;
  /** The last envelope of each lane that was accepted, by id. */
  readonly acceptedUpTo: Map<Lane, number>;
  /** Envelopes that the peer's listener accepted but the database has not settled yet, with the request that carried each. */
  readonly accepted: Accepted[];
  readonly tried: Map<number, Tried>;
  /** Since when the box of a contact does not know me; times are of the monotonic clock. */
  readonly unknownAt: Map<Lane, number>;
};

/**
 * Starts the courier. A 202 is settled a moment later, many in one transaction, while the next envelope is already under way; a crash in
 * between posts the same bytes again, and the peer knows them by their hash. `failed` gets the error of a failed settling.
 */
export function startMail(context: Context, failed: (error: unknown) => void, told = nobody): Mail {
  const desk: Desk = {
    context,
    told,
    ready: new Map(),
    acceptedUpTo: new Map(),
    accepted: [],
    tried: new Map(),
    unknownAt: new Map(),
  };
  const settling: Bell = createBell(
    () => settleAccepted(desk),
    (error) => {
      failed(error);
      settling.ringSoon(limits.retryFirstMs);
    },
  );
  const courier = courierOf(desk, settling, failed);
  return {
    retryNow: courier.retryNow,
    tried: (contactId) => desk.tried.get(contactId) ?? null,
    refresh(contactIds) {
      for (const lane of lanesOf(contactIds)) {
        refill(desk, lane);
        courier.wake(lane);
      }
    },
    heard(contactIds) {
      for (const contactId of contactIds) courier.heard(contactId);
    },
    recall(contactIds) {
      for (const lane of lanesOf(contactIds)) forgetReady(desk, lane);
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

function courierOf(desk: Desk, settling: Bell, failed: (error: unknown) => void): Courier {
  const { context } = desk;
  return createCourier({
    heads: () => [...desk.ready.values()].flatMap((parcels) => parcels.slice(0, 1)),
    behind: (head, most) => behindOf(desk, head, most),
    proxy: context.config.proxy,
    here: (place) => placeHere(place, context.config),
    post: (post) => postByTor(context, post),
    tried({ contactId, id }, outcome) {
      desk.tried.set(contactId, tryAgain(desk.tried.get(contactId) ?? null, id, outcome));
    },
    async settle(parcel, outcome) {
      if (note(desk, parcel, outcome)) settling.ringSoon(limits.settleDelayMs);
      if (outcome.kind === 'refused' && outcome.reason === 'unknown' && isLasting(desk.unknownAt, parcel))
        await turn(context, (work) => noteUnknown(work, parcel));
    },
    waiting(contactId, away) {
      if (!away) return;
      if (contactId > 0) showReach(context, contactId, { kind: 'away', ...away });
      if (contactId > 0) desk.told.away(contactId);
      lookAgain(desk, contactId).catch(failed);
    },
  });
}

/** The parcels behind a head that go to the same place and have its size, without a gap. */
function behindOf(desk: Desk, head: Parcel, most: number): readonly Parcel[] {
  const { length } = head.envelope;
  const room = Math.min(most, Math.floor(limits.batchBytes / length) - 1);
  const next = (desk.ready.get(head.contactId) ?? []).filter(({ id }) => id > head.id).slice(0, room);
  const end = next.findIndex(
    ({ address, slotKey, envelope }) =>
      address !== head.address || envelope.length !== length || !sameBytes(slotKey, head.slotKey),
  );
  return end < 0 ? next : next.slice(0, end);
}

function lanesOf(contactIds: Iterable<number>): readonly Lane[] {
  return [...contactIds].flatMap((contactId) => [contactId, -contactId]);
}

function forgetReady(desk: Desk, lane: Lane): void {
  desk.ready.delete(lane);
  desk.tried.delete(lane);
}

/** When contents can no longer be sent to the contact, only statements about keys are held ready. */
function refill(desk: Desk, lane: Lane): void {
  if (!isSendable(desk.context.database, Math.abs(lane))) desk.ready.delete(lane);
  if ((desk.ready.get(lane)?.length ?? 0) <= ready.most / 2) fetchReady(desk, lane);
}

/**
 * Fetches the prepared envelopes again, because they may name an address or a slot that is no longer theirs; among the places where they
 * were before, the next one gets its turn.
 */
async function lookAgain(desk: Desk, lane: Lane): Promise<void> {
  const [head] = desk.ready.get(lane) ?? [];
  if (lane < 0 && head) await turn(desk.context, (work) => passOver(work, head, putLast));
  await readInTurn(desk.context, () => fetchReady(desk, lane));
}

function fetchReady(desk: Desk, lane: Lane): void {
  const after = desk.acceptedUpTo.get(lane) ?? 0;
  const range = { after, ...ready, elsewhere: lane < 0 };
  const waiting = waitingFor(desk.context.database, Math.abs(lane), range);
  const parcels = waiting.map((parcel) => ({ ...parcel, contactId: lane }));
  if (parcels.length > 0) desk.ready.set(lane, parcels);
  else desk.ready.delete(lane);
}

/** Returns whether there is something to settle now. */
function note(desk: Desk, parcel: Parcel, outcome: Outcome): boolean {
  const { contactId, id } = parcel;
  if (outcome.kind !== 'accepted') return false;
  desk.acceptedUpTo.set(contactId, id);
  const tries = desk.tried.get(contactId)?.tries ?? 1;
  desk.accepted.push({
    parcel,
    inBox: outcome.inBox ?? false,
    carried: { tries, head: outcome.head, status: 202, proof: outcome.kept, at: Date.now() },
  });
  desk.ready.set(
    contactId,
    (desk.ready.get(contactId) ?? []).filter((waiting) => waiting.id > id),
  );
  if (contactId > 0) answered(desk, contactId);
  return true;
}

/** Remembers that a contact answered, to a few seconds: every new value is a frame to draw. */
function answered({ context: { reach }, told, unknownAt }: Desk, contactId: number): void {
  told.answered(contactId);
  unknownAt.delete(contactId);
  const before = reach.get(contactId);
  const now = Date.now();
  if (before?.kind !== 'answered' || before.at < now - limits.answeredStepMs) {
    reach.set(contactId, { kind: 'answered', at: now });
  }
}

async function settleAccepted(desk: Desk): Promise<void> {
  const batch = desk.accepted.slice();
  if (batch.length === 0) return;
  const breathe = createBreath();
  await turn(desk.context, async (work) => {
    for (const accepted of batch) {
      await breathe();
      settle(work, settledOf(accepted));
    }
    dropOldest(work.database);
    for (const contactId of work.touched) await composeQueued(work, contactId);
  });
  desk.accepted.splice(0, batch.length);
}

function settledOf({ parcel: { id, contactId: lane }, carried, inBox }: Accepted): Settled {
  return { id, contactId: Math.abs(lane), elsewhere: lane < 0, carried, inBox };
}
