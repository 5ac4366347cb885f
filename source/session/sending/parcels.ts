import { createBell } from '../../core/bell.ts';
import { asFailure } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { listParcels, removeParcels, writeCarry } from '../../inbox/parcels.ts';
import { contactOf, isContact } from '../../store/contacts.ts';
import { contactsWithMail, countWaiting, outgoingTo, type Outgoing } from '../../store/outbox.ts';
import { readInTurn, turn, type Context, type Work } from '../work/work.ts';
import { composeQueued } from './compose.ts';
import type { Told } from './mail.ts';
import {
  createStock,
  forgetParcel,
  lookInto,
  misses,
  removeOthers,
  removeStrays,
  takeStock,
  withdraw,
  writeMissing,
  type Stock,
} from './parcel-stock.ts';
import { takeDone, type Taking } from './take-done.ts';

/**
 * The mail that this client leaves to its listener: envelopes in the outbox for contacts that do not answer now. A contact that takes an
 * envelope has `answered`: later messages reach it before a file would be written. PROTOCOL.md "Parcels".
 */
export type Parcels = Told & {
  /** Takes over the mail that the listener has carried, and the files of an earlier client; call it once, before anything is posted. */
  readonly begin: () => Promise<void>;
  /** Removes the parcels that a transaction forbids or takes back, before it is committed; never throws. */
  readonly withdraw: (work: Pick<Work, 'recalled' | 'touched'>) => Promise<void>;
  /**
   * Writes and removes parcels after a commit that changed these contacts; call it in the turn of that commit. Throws when a parcel that
   * must no longer be sent could not be removed.
   */
  readonly follow: (contactIds: Iterable<number>) => Promise<void>;
  /** Takes over the mail that the listener has carried since. */
  readonly takeDone: () => Promise<void>;
  readonly idle: () => Promise<void>;
  /** Leaves waiting mail to the listener, as much as 5 s allow; none when `keep` says that the listener ends as well. */
  readonly close: (options: { readonly keep: boolean }) => Promise<void>;
};

type State = {
  readonly stock: Stock;
  /** Contacts that took the last envelope that was posted to them. */
  readonly answering: Set<number>;
  /** Ends the grace second of each contact with queued mail. */
  readonly watched: Map<number, NodeJS.Timeout>;
  isReady: boolean;
  readonly ring: (delayMs: number) => void;
};

/**
 * Makes the part that keeps out/ in step with the database. `failed` gets errors thrown outside of a turn, and errors about single files.
 */
export function createParcels(context: Context, failed: (error: unknown) => void): Parcels {
  const state: State = {
    stock: createStock(context, failed),
    answering: new Set(),
    watched: new Map(),
    isReady: false,
    ring: (delayMs) => (delayMs === 0 ? bell.ring() : bell.ringSoon(delayMs)),
  };
  const { stock } = state;
  const { inbox } = context.paths;
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> =>
    context.takeTurn(() => asDisk(work));
  const bell = createBell(() => inTurn(() => goOnOrThrow(state)), failed);
  const take = async (until?: number): Promise<void> => {
    const rejected: Taking['rejected'] = (note) => forgetParcel(stock, note);
    await takeDone(context, { rejected, say: failed, ...(until !== undefined && { until }) });
    if (stock.due.size > 0) bell.ring();
  };
  return {
    async begin() {
      await inTurn(() => writeCarry(inbox, context.config));
      await take();
      // A trip that was under way when this client came may have ended since.
      if (await inTurn(() => takeStock(stock))) await take();
      state.isReady = true;
      bell.ring();
    },
    async withdraw(work) {
      const isAny = state.isReady && (await withdraw(stock, work).catch(() => true));
      if (isAny) bell.ring();
    },
    follow: (contactIds) => asDisk(() => followOrThrow(state, [...contactIds])),
    answered: (contactId) => void state.answering.add(contactId),
    away: (contactId) => noteAway(state, contactId),
    takeDone: () => (stock.written.size > 0 ? take() : Promise.resolve()),
    idle: bell.idle,
    async close({ keep }) {
      const until = performance.now() + limits.parcelsCloseMs;
      state.answering.clear();
      for (const timer of state.watched.values()) clearTimeout(timer);
      bell.stop();
      await bell.idle();
      const errors = await errorOf(() => take(until));
      errors.push(...(await errorOf(() => (keep ? leaveAll(state, until) : inTurn(() => removeAll(inbox))))));
      if (errors.length > 0) throw errors[0];
    },
  };
}

function noteAway({ answering, stock, ring }: State, contactId: number): void {
  answering.delete(contactId);
  stock.due.add(contactId);
  ring(0);
}

/** The error that a piece of work throws, if any: the work after it must be done all the same. */
async function errorOf(work: () => Promise<void>): Promise<unknown[]> {
  return work().then(
    () => [],
    (error: unknown) => [error],
  );
}

async function asDisk<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asFailure(error);
  }
}

/** The disk's result: whether everything was written, and why something could not be removed. */
type Outcome = { readonly isTaken: boolean; readonly errors: readonly unknown[] };

/** Parcels that must no longer be sent are removed first. A contact that answers has a second to take a new message directly. */
async function follow(state: State, contactIds: readonly number[]): Promise<Outcome> {
  const { stock, answering } = state;
  if (!state.isReady) return { isTaken: true, errors: [] };
  const errors: unknown[] = [];
  for (const contactId of contactIds) {
    errors.push(...(await removeOthers(stock, contactId)));
    if (answering.has(contactId)) watch(state, contactId);
  }
  const others = contactIds.filter((contactId) => !answering.has(contactId));
  const isTaken = await writeMissing(stock, others);
  if (!isTaken || errors.length > 0) state.ring(limits.parcelsAgainMs);
  else if (stock.due.size + stock.unread.length > 0) state.ring(0);
  return { isTaken, errors };
}

async function followOrThrow(state: State, contactIds: readonly number[]): Promise<void> {
  const { errors } = await follow(state, contactIds);
  if (errors.length > 0) throw errors[0];
}

function watch(state: State, contactId: number): void {
  const { stock, answering } = state;
  const oldest = state.watched.has(contactId) ? null : oldestFor(stock, contactId);
  if (oldest === null) return;
  const look = async (): Promise<void> => {
    state.watched.delete(contactId);
    const isAnswering = answering.has(contactId);
    if (oldestFor(stock, contactId)?.id === oldest.id) answering.delete(contactId);
    await followOrThrow(state, [contactId]);
    // Someone else may be at the contact's former place: it says nothing about the contact.
    if (isAnswering && oldest.elsewhere) answering.add(contactId);
  };
  const timer = setTimeout(() => {
    stock.context
      .takeTurn(() => asDisk(look))
      .catch(() => {
        stock.due.add(contactId);
        state.ring(limits.parcelsAgainMs);
      });
  }, limits.parcelAfterMs);
  state.watched.set(contactId, timer);
}

/** The oldest envelope for a contact whose silence means something: envelopes for an earlier place of the contact can wait. */
function oldestFor(stock: Stock, contactId: number): Outgoing | null {
  const { database } = stock.context;
  if (!isContact(database, contactId)) return null;
  const waiting = outgoingTo(database, contactId, limits.parcelsAtOnce);
  return waiting.find((one) => !one.elsewhere || misses(stock, contactId, one)) ?? null;
}

/** The next part of the files to check, remove or write. */
async function goOn(state: State): Promise<Outcome> {
  const { stock } = state;
  await lookInto(stock);
  const areGone = stock.strays.length === 0 || (await removeStrays(stock));
  const due = [...stock.due];
  stock.due.clear();
  const outcome = await follow(state, due);
  if (!areGone) state.ring(limits.parcelsAgainMs);
  return outcome;
}

async function goOnOrThrow(state: State): Promise<void> {
  const { errors } = await goOn(state);
  if (errors.length > 0) throw errors[0];
}

/** Throws the system's error when something stays. */
async function removeAll(inbox: string): Promise<void> {
  const [unremoved] = await removeParcels(inbox, await listParcels(inbox));
  if (unremoved) throw unremoved.error;
}

/**
 * Leaves waiting mail to the listener until the time is over: first messages with an envelope, then, contact by contact, those without one.
 * Mail that could not be written is posted when a client runs again. Throws when something could not be removed.
 */
async function leaveAll(state: State, until: number): Promise<void> {
  const { stock } = state;
  const { context } = stock;
  const withMail = await readInTurn(context, contactsWithMail);
  for (const contactId of [...withMail, ...stock.written.keys()]) stock.due.add(contactId);
  const errors = [...(await leaveDue(state, until))];
  for (const contactId of withMail) {
    errors.push(...(await errorOf(() => composeAll(context, contactId, until))));
    stock.due.add(contactId);
    errors.push(...(await leaveDue(state, until)));
  }
  if (errors.length > 0) throw errors[0];
}

/** Writes and removes due files until the time is over, or the disk takes no more; returns why something could not be removed. */
async function leaveDue(state: State, until: number): Promise<readonly unknown[]> {
  const { stock } = state;
  const isDue = (): boolean => stock.due.size + stock.unread.length > 0 && performance.now() < until;
  while (isDue()) {
    const { isTaken, errors } = await stock.context.takeTurn(() => asDisk(() => goOn(state)));
    if (!isTaken || errors.length > 0) return errors;
  }
  return [];
}

/**
 * Messages are encrypted a part at a time, each part in a transaction; the listener can carry only what is. Ends when there are enough,
 * when a part changes nothing, and when the time is over.
 */
async function composeAll(context: Context, contactId: number, until: number): Promise<void> {
  for (let before = ''; performance.now() < until;) {
    const now = await turn(context, async (work) => {
      if (!isContact(work.database, contactId)) return '';
      await composeQueued(work, contactId);
      const count = countWaiting(work.database, contactId);
      return count < limits.parcelsAtClose ? `${count} ${contactOf(work.database, contactId).againFrom}` : '';
    });
    if (now === before || now === '') return;
    before = now;
  }
}
