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
import { isContact } from '../../store/contacts.ts';
import { contactsWithMail, outgoingTo, outgoingWithBytes, type Outgoing } from '../../store/outbox.ts';
import type { Context } from '../work/work.ts';
import { isParcelOf, makeParcel } from './make-parcel.ts';

/** A parcel as it is to be: the envelope by its number in the outbox. */
type Wanted = Omit<ParcelName, 'kind'>;

type Owned = Wanted & { readonly contactId: number };

/** What a client knows of out/. */
export type Stock = {
  readonly context: Context;
  /** The parcels in out/, by contact, then by name. */
  readonly written: Map<number, Map<string, Wanted>>;
  /** Those of them that may be other than they should: a client before this one has written them, or the disk took them badly. */
  readonly unread: Owned[];
  /** Contacts for whom something may have to be written. */
  readonly due: Set<number>;
};

/** Makes a stock of which nothing is known. */
export function createStock(context: Context): Stock {
  return { context, written: new Map(), unread: [], due: new Set() };
}

/** Looks at what is in out/: what nothing in the outbox asks for goes. */
export async function takeStock(stock: Stock): Promise<void> {
  const { database, paths } = stock.context;
  const files = await listParcels(paths.inbox);
  const wanted = new Map<string, Owned>();
  for (const contactId of contactsWithMail(database)) {
    stock.due.add(contactId);
    for (const [name, one] of wantedFor(stock, contactId)) wanted.set(name, { ...one, contactId });
  }
  await removeParcels(
    paths.inbox,
    files.filter((file) => !wanted.has(parcelName(file))),
  );
  for (const file of files) {
    const one = wanted.get(parcelName(file));
    if (!one) continue;
    writtenTo(stock, one.contactId).set(parcelName(file), one);
    stock.unread.push(one);
  }
}

function writtenTo({ written }: Stock, contactId: number): Map<string, Wanted> {
  const known = written.get(contactId) ?? new Map<string, Wanted>();
  written.set(contactId, known);
  return known;
}

/** How many parcels are in out/. */
export function countStock({ written }: Stock): number {
  return [...written.values()].reduce((sum, { size }) => sum + size, 0);
}

/** The parcels that are to be there for a contact by name, oldest first: as much as a slot of it holds. */
function wantedFor({ context: { database } }: Stock, contactId: number): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  if (!isContact(database, contactId)) return wanted;
  let left: number = limits.parcelsBytes;
  for (const { id, address, slotKey, bytes } of outgoingTo(database, contactId, limits.parcels)) {
    left -= bytes;
    if (left < 0) break;
    const one = { lane: laneOf(address, slotKey), number: id };
    wanted.set(parcelName({ ...one, kind: 'parcel' }), one);
  }
  return wanted;
}

/** Removes the parcels of a contact that are no longer to be there, and what the listener said of them. */
export async function removeOthers(stock: Stock, contactId: number): Promise<void> {
  const known = stock.written.get(contactId);
  if (!known) return;
  const wanted = wantedFor(stock, contactId);
  const gone = [...known].filter(([name]) => !wanted.has(name));
  const files = gone.flatMap(([, one]): ParcelName[] => [
    { ...one, kind: 'parcel' },
    { ...one, kind: 'done' },
  ]);
  await removeParcels(stock.context.paths.inbox, files);
  for (const [name] of gone) known.delete(name);
  if (known.size === 0) stock.written.delete(contactId);
}

/** True if an envelope that waits is not left to the listener yet. */
export function misses(stock: Stock, contactId: number, { id, address, slotKey }: Outgoing): boolean {
  const name = parcelName({ lane: laneOf(address, slotKey), number: id, kind: 'parcel' });
  return !(stock.written.get(contactId)?.has(name) ?? false);
}

/**
 * Writes the parcels of contacts that are missing, the oldest of each, as many as are written at a time; contacts with more are due. Answers
 * false when the disk did not take them.
 */
export async function writeMissing(stock: Stock, contactIds: readonly number[]): Promise<boolean> {
  const missing: Owned[] = [];
  const room = limits.allParcels - countStock(stock);
  for (const contactId of contactIds) {
    const known = stock.written.get(contactId);
    const unwritten = [...wantedFor(stock, contactId)].filter(([name]) => !known?.has(name));
    const left = limits.parcelsAtOnce - missing.length;
    missing.push(
      ...unwritten
        .slice(0, Math.max(0, Math.min(left, room - missing.length)))
        .map(([, one]) => ({ ...one, contactId })),
    );
    if (unwritten.length > left && room > missing.length) stock.due.add(contactId);
  }
  return missing.length === 0 || write(stock, missing);
}

/** What waits is in the outbox, whatever the disk says here. */
async function write(stock: Stock, missing: readonly Owned[]): Promise<boolean> {
  const { database, paths } = stock.context;
  const made = missing.flatMap((one) => {
    const waiting = outgoingWithBytes(database, one.number);
    const parcel = waiting && makeParcel(waiting);
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

/** Looks into some of the parcels that may be other than they should; those that are, are missing. */
export async function lookInto(stock: Stock): Promise<void> {
  const { database, paths } = stock.context;
  for (const one of stock.unread.splice(0, limits.parcelsAtOnce)) {
    const waiting = outgoingWithBytes(database, one.number);
    const parcel = await readParcel(paths.inbox, one);
    if (waiting && parcel && isParcelOf(parcel, waiting)) continue;
    stock.written.get(one.contactId)?.delete(parcelName({ ...one, kind: 'parcel' }));
    stock.due.add(one.contactId);
  }
}
