import { createBell } from '../../core/bell.ts';
import { asFailure } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { listParcels, removeParcels, writeCarry } from '../../inbox/parcels.ts';
import { isContact } from '../../store/contacts.ts';
import { contactsWithMail, countWaiting, outgoingTo, type Outgoing } from '../../store/outbox.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { composeQueued } from './compose.ts';
import type { Told } from './mail.ts';
import {
  countStock,
  createStock,
  lookInto,
  misses,
  removeOthers,
  takeStock,
  writeMissing,
  type Stock,
} from './parcel-stock.ts';
import { takeDone } from './take-done.ts';

/**
 * What this client leaves to its listener: what is in the outbox for whoever does not answer now. A contact that takes an envelope
 * `answered`: what is written to it from then on is there before a file would be. PROTOCOL.md "Parcels".
 */
export type Parcels = Told & {
  /** Takes over what the listener has carried, and what a client before has left; to be called once, before anything is posted. */
  readonly begin: () => Promise<void>;
  /**
   * Writes and removes what a commit has changed for these contacts; to be called in the turn of that commit. Throws when something that
   * may not be sent any more could not be removed.
   */
  readonly follow: (contactIds: Iterable<number>) => Promise<void>;
  /** Takes over what the listener has carried since. */
  readonly takeDone: () => Promise<void>;
  readonly idle: () => Promise<void>;
  /** Leaves everything that waits to the listener; nothing when `keep` says that it ends as well. */
  readonly close: (options: { readonly keep: boolean }) => Promise<void>;
};

type State = {
  readonly stock: Stock;
  /** Contacts that took the last envelope that was posted to them. */
  readonly answering: Set<number>;
  /** For each of them for whom something waits: ends the second that it has. */
  readonly watched: Map<number, NodeJS.Timeout>;
  isReady: boolean;
  readonly ring: (delayMs: number) => void;
};

/** Makes what keeps out/ as the database is. `failed` gets what it throws outside of a turn. */
export function createParcels(context: Context, failed: (error: unknown) => void): Parcels {
  const state: State = {
    stock: createStock(context),
    answering: new Set(),
    watched: new Map(),
    isReady: false,
    ring: (delayMs) => (delayMs === 0 ? bell.ring() : bell.ringSoon(delayMs)),
  };
  const { inbox } = context.paths;
  const inTurn = (work: () => Promise<void>): Promise<void> => context.takeTurn(() => asDisk(work));
  const bell = createBell(() => inTurn(() => goOn(state)), failed);
  const away = (contactId: number): void => {
    state.answering.delete(contactId);
    state.stock.due.add(contactId);
    bell.ring();
  };
  const take = async (): Promise<void> => {
    if (state.stock.written.size > 0) await takeDone(context);
  };
  return {
    async begin() {
      await inTurn(() => writeCarry(inbox, context.config));
      await takeDone(context);
      await inTurn(() => takeStock(state.stock));
      state.isReady = true;
      bell.ring();
    },
    follow: (contactIds) => asDisk(() => follow(state, [...contactIds])),
    answered: (contactId) => void state.answering.add(contactId),
    away,
    takeDone: take,
    idle: bell.idle,
    async close({ keep }) {
      state.answering.clear();
      for (const timer of state.watched.values()) clearTimeout(timer);
      bell.stop();
      await bell.idle();
      await take();
      if (keep) await leaveAll(state);
      else await inTurn(async () => removeParcels(inbox, await listParcels(inbox)));
    },
  };
}

async function asDisk<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asFailure(error);
  }
}

/** What is no longer to be sent goes first. A contact that answers has a second for what was just written to it. */
async function follow(state: State, contactIds: readonly number[]): Promise<void> {
  const { stock, answering } = state;
  if (!state.isReady) return;
  for (const contactId of contactIds) {
    await removeOthers(stock, contactId);
    if (answering.has(contactId)) watch(state, contactId);
  }
  const others = contactIds.filter((contactId) => !answering.has(contactId));
  if (!(await writeMissing(stock, others))) state.ring(limits.parcelsAgainMs);
  else if (stock.due.size + stock.unread.length > 0) state.ring(0);
}

function watch(state: State, contactId: number): void {
  const { stock, answering } = state;
  const oldest = state.watched.has(contactId) ? null : oldestFor(stock, contactId);
  if (oldest === null) return;
  const look = async (): Promise<void> => {
    state.watched.delete(contactId);
    const isAnswering = answering.has(contactId);
    if (oldestFor(stock, contactId)?.id === oldest.id) answering.delete(contactId);
    await follow(state, [contactId]);
    // Where the contact was before, somebody else may be: that place says nothing of the contact.
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

/** The oldest envelope for a contact whose silence would say something: what is left for a place where it was before may stay there. */
function oldestFor(stock: Stock, contactId: number): Outgoing | null {
  const { database } = stock.context;
  if (!isContact(database, contactId)) return null;
  const waiting = outgoingTo(database, contactId, limits.parcelsAtOnce);
  return waiting.find((one) => !one.elsewhere || misses(stock, contactId, one)) ?? null;
}

/** The next part of what is to be looked into, or written. */
async function goOn(state: State): Promise<void> {
  const { stock } = state;
  await lookInto(stock);
  const due = [...stock.due];
  stock.due.clear();
  await follow(state, due);
}

/** Leaves everything to the listener; what could not be written is posted when a client runs again. */
async function leaveAll(state: State): Promise<void> {
  const { stock } = state;
  const { context } = stock;
  await turn(context, async (work) => {
    for (const contactId of contactsWithMail(work.database)) await composeAll(work, contactId);
  });
  await context.takeTurn(async () => {
    for (const contactId of contactsWithMail(context.database)) stock.due.add(contactId);
    const until = performance.now() + limits.parcelsCloseMs;
    for (let before = -1; stock.due.size > 0 && countStock(stock) !== before && performance.now() < until;) {
      before = countStock(stock);
      await goOn(state);
    }
  });
}

/** Messages are encrypted a part at a time; the listener can carry only what is. */
async function composeAll(work: Work, contactId: number): Promise<void> {
  for (let before = -1, now = 0; now !== before && now < limits.parcelsAtClose;) {
    before = now;
    await composeQueued(work, contactId);
    now = countWaiting(work.database, contactId);
  }
}
