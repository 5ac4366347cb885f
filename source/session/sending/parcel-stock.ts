import { asFailure, ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { laneOf } from '../../core/parcel.ts';
import {
  listParcels,
  parcelName,
  readParcel,
  removeParcels,
  writeParcels,
  type ParcelName,
} from '../../inbox/parcels.ts';
import {
  contactsWithMail,
  glanceAtMail,
  isSendable,
  outgoingWithBytes,
  type Outgoing,
} from '../../store/outbox.ts';
import type { Context } from '../work/work.ts';
import { askedPlaces, isParcelOf, makeParcel } from './make-parcel.ts';
import { hasOnlyGrown, wishFor, type Looked, type Wanted, type Wish } from './parcel-wish.ts';

type Owned = Wanted & { readonly contactId: number };

/** A client's knowledge of out/. */
export type Stock = {
  readonly context: Context;
  /** Called with the error of a file in out/ that does not stop the work. */
  readonly say: (error: unknown) => void;
  /** The parcels in out/, by contact, then by name. */
  readonly written: Map<number, Map<string, Wanted>>;
  /** Those that may be wrong: an earlier client wrote them, or the disk failed while it stored them. */
  readonly unread: Owned[];
  /** Contacts whose parcels may have to be written or removed. */
  readonly due: Set<number>;
  /** Files that belong to nobody and must be removed. */
  readonly strays: ParcelName[];
  /** By contact: for these only additions since then have to be checked. */
  readonly done: Map<number, Looked>;
};

/** Makes an empty stock. */
export function createStock(context: Context, say: (error: unknown) => void): Stock {
  return { context, say, written: new Map(), unread: [], due: new Set(), strays: [], done: new Map() };
}

/**
 * Reads out/ and removes the parcels that nothing in the outbox asks for. Returns whether there are notes of what was taken; those are
 * still to be settled.
 */
export async function takeStock(stock: Stock): Promise<boolean> {
  const { database, paths } = stock.context;
  const files = await listParcels(paths.inbox);
  const wanted = new Map<string, Owned>();
  for (const contactId of contactsWithMail(database)) {
    stock.due.add(contactId);
    for (const [name, one] of wishFor(stock.context, contactId).wanted)
      wanted.set(name, { ...one, contactId });
  }
  const parcels = files.filter(({ kind }) => kind === 'parcel');
  for (const file of parcels) {
    const one = wanted.get(parcelName(file));
    if (one) {
      writtenTo(stock, one.contactId).set(parcelName(file), one);
      stock.unread.push(one);
    } else stock.strays.push(file);
  }
  await removeStrays(stock);
  return parcels.length < files.length;
}

/** Removes files that belong to nobody; returns false, and reports the reason, when something stays and must be tried again. */
export async function removeStrays(stock: Stock): Promise<boolean> {
  const names = stock.strays.slice();
  const unremoved = await removeParcels(stock.context.paths.inbox, names);
  stock.strays.splice(0, names.length, ...unremoved.map(({ name }) => name));
  for (const { error } of unremoved.slice(0, 1)) stock.say(asFailure(error));
  return unremoved.length === 0;
}

function writtenTo({ written }: Stock, contactId: number): Map<string, Wanted> {
  const known = written.get(contactId) ?? new Map<string, Wanted>();
  written.set(contactId, known);
  return known;
}

/** How many parcels are in out/. */
function countStock({ written }: Stock): number {
  return [...written.values()].reduce((sum, { size }) => sum + size, 0);
}

/** The earlier parcels of a contact, if only additions have happened since; null when everything has to be checked. */
function onlyGrown({ context, done }: Stock, contactId: number): Looked | null {
  const before = done.get(contactId);
  return before && hasOnlyGrown(context, contactId, before) ? before : null;
}

/** The parcels in out/ that must be removed for a contact. */
function othersOf(stock: Stock, contactId: number): ReadonlyArray<readonly [string, Wanted]> {
  const known = stock.written.get(contactId);
  if (!known || onlyGrown(stock, contactId)) return [];
  const { wanted } = wishFor(stock.context, contactId);
  return [...known].filter(([name]) => !wanted.has(name));
}

/**
 * Call it before a commit that takes envelopes back or forbids sending them: removes their parcels, so nobody posts them if this program
 * ends now. The notes about taken parcels stay. If the commit fails, the parcels are checked and written again; a file that cannot be
 * removed is tried again after the commit. Returns whether there was anything.
 */
export async function withdraw(
  stock: Stock,
  { recalled, touched }: { readonly recalled: ReadonlySet<number>; readonly touched: ReadonlySet<number> },
): Promise<boolean> {
  const { database, paths } = stock.context;
  const closed = [...touched].filter((id) => stock.written.has(id) && !isSendable(database, id));
  const gone = [...new Set([...recalled, ...closed])].flatMap((contactId) =>
    othersOf(stock, contactId).map(([, one]) => ({ ...one, contactId })),
  );
  for (const { contactId } of gone) stock.done.delete(contactId);
  stock.unread.push(...gone);
  const files = gone.map(({ lane, number }): ParcelName => ({ lane, number, kind: 'parcel' }));
  await removeParcels(paths.inbox, files).catch(() => undefined);
  return gone.length > 0;
}

/**
 * Removes a contact's parcels that are no longer wanted, and the listener's notes about them. Returns why one stays; then the contact is
 * due.
 */
export async function removeOthers(stock: Stock, contactId: number): Promise<readonly unknown[]> {
  const gone = othersOf(stock, contactId);
  const known = stock.written.get(contactId);
  if (!known || gone.length === 0) return [];
  stock.done.delete(contactId);
  const files = gone.flatMap(([, one]): ParcelName[] => [
    { ...one, kind: 'parcel' },
    { ...one, kind: 'done' },
  ]);
  const unremoved = await removeParcels(stock.context.paths.inbox, files);
  const stay = new Set(unremoved.map(({ name }) => parcelName({ ...name, kind: 'parcel' })));
  for (const [name] of gone) if (!stay.has(name)) known.delete(name);
  if (known.size === 0) stock.written.delete(contactId);
  if (stay.size > 0) stock.due.add(contactId);
  return unremoved.map(({ error }) => error);
}

/** True if an envelope that waits is not left to the listener yet, and could be. */
export function misses(stock: Stock, contactId: number, { id, address, slotKey }: Outgoing): boolean {
  if (askedPlaces(address, stock.context.config).length === 0) return false;
  const name = parcelName({ lane: laneOf(address, slotKey), number: id, kind: 'parcel' });
  return !(stock.written.get(contactId)?.has(name) ?? false);
}

/** Notes that a parcel may no longer be there: it is written again if its envelope waits. */
export function forgetParcel(stock: Stock, one: Wanted): void {
  const name = parcelName({ ...one, kind: 'parcel' });
  for (const [contactId, known] of stock.written) if (known.delete(name)) lookAgain(stock, contactId);
}

function lookAgain({ done, due }: Stock, contactId: number): void {
  done.delete(contactId);
  due.add(contactId);
}

/**
 * Writes the parcels of contacts that are missing, the oldest of each, as many as are written at a time; contacts with more are due.
 * Returns false when the disk did not take them.
 */
export async function writeMissing(stock: Stock, contactIds: readonly number[]): Promise<boolean> {
  const missing: Owned[] = [];
  const room = limits.allParcels - countStock(stock);
  for (const contactId of contactIds) {
    const known = stock.written.get(contactId);
    const before = onlyGrown(stock, contactId);
    const wish = wishFor(stock.context, contactId, before);
    const unwritten = [...wish.wanted].filter(([name]) => !known?.has(name));
    const left = limits.parcelsAtOnce - missing.length;
    const next = unwritten.slice(0, Math.max(0, Math.min(left, room - missing.length)));
    missing.push(...next.map(([, one]) => ({ ...one, contactId })));
    if (next.length === unwritten.length) noteDone(stock, contactId, { before, wish });
    else if (room > missing.length) stock.due.add(contactId);
  }
  return missing.length === 0 || write(stock, missing);
}

function noteDone(
  { context: { database }, done }: Stock,
  contactId: number,
  { before, wish }: { readonly before: Looked | null; readonly wish: Wish },
): void {
  const now = glanceAtMail(database, contactId, 0);
  const { wanted, bytes, isFull } = wish;
  if (now && now.count > 0)
    done.set(contactId, { ...now, files: (before?.files ?? 0) + wanted.size, bytes, isFull });
  else done.delete(contactId);
}

/** The outbox has everything that waits, whatever the disk says here. */
async function write(stock: Stock, missing: readonly Owned[]): Promise<boolean> {
  const { config, database, paths } = stock.context;
  const made = missing.flatMap((one) => {
    const waiting = outgoingWithBytes(database, one.number);
    const parcel = waiting && makeParcel(waiting, config);
    return parcel ? [{ ...one, parcel }] : [];
  });
  // They count as written even when they may not be: then they are removed like the others.
  for (const { contactId, lane, number } of made)
    writtenTo(stock, contactId).set(parcelName({ lane, number, kind: 'parcel' }), { lane, number });
  try {
    await writeParcels(paths.inbox, made);
    return true;
  } catch (error) {
    if (!(asFailure(error) instanceof ChatError)) throw error;
    stock.unread.push(...made.map(({ lane, number, contactId }) => ({ lane, number, contactId })));
    return false;
  }
}

/** Checks some of the parcels that may be wrong; wrong ones count as missing. Reports one that cannot be read. */
export async function lookInto(stock: Stock): Promise<void> {
  const { config, database, paths } = stock.context;
  const some = stock.unread.slice(0, limits.parcelsAtOnce);
  for (const one of some) {
    const waiting = outgoingWithBytes(database, one.number);
    const parcel = await readParcel(paths.inbox, one, (error) => stock.say(asFailure(error)));
    stock.unread.shift();
    if (waiting && parcel && isParcelOf(parcel, waiting, config)) continue;
    // Parcels that are no longer wanted are still there: they are removed with the others that are due.
    if (waiting) stock.written.get(one.contactId)?.delete(parcelName({ ...one, kind: 'parcel' }));
    lookAgain(stock, one.contactId);
  }
}
