import { sameBytes } from '../../core/bytes.ts';
import { limits } from '../../core/limits.ts';
import { laneOf } from '../../core/parcel.ts';
import { parcelName, type ParcelName } from '../../inbox/parcels.ts';
import { isContact } from '../../store/contacts.ts';
import { glanceAtMail, outgoingTo, type Glance, type Outgoing } from '../../store/outbox.ts';
import type { Context } from '../work/work.ts';
import { askedPlaces } from './make-parcel.ts';

/** A wanted parcel: the envelope by its number in the outbox. */
export type Wanted = Omit<ParcelName, 'kind'>;

/** The wanted files in out/ for a contact by name, oldest first; their total bytes, and whether more would be too much. */
export type Wish = {
  readonly wanted: ReadonlyMap<string, Wanted>;
  readonly bytes: number;
  readonly isFull: boolean;
};

/** A contact's mail at the time when all its wanted parcels were in out/: how much it was, and whether more would be too much. */
export type Looked = Glance & { readonly files: number; readonly bytes: number; readonly isFull: boolean };

/** True if only additions have happened since: a long queue is then not searched for each new message. */
export function hasOnlyGrown({ database }: Context, contactId: number, before: Looked): boolean {
  const now = glanceAtMail(database, contactId, before.last);
  return now?.way === before.way && now.count === before.count + now.behind;
}

/**
 * The wanted parcels for a contact, as many as one of its slots holds. With `before`, only those added since. An envelope of which no place
 * is ever asked has none.
 */
export function wishFor(
  { database, config }: Context,
  contactId: number,
  before: Looked | null = null,
): Wish {
  const wanted = new Map<string, Wanted>();
  const { files, last, isFull } = before ?? { files: 0, last: 0, isFull: false };
  let bytes = before?.bytes ?? 0;
  if (!isContact(database, contactId) || isFull) return { wanted, bytes, isFull };
  const most = limits.parcels - files;
  const waiting = outgoingTo(database, contactId, most, last);
  const wayOf = createWays(config);
  for (const one of waiting) {
    const { lane, isAsked } = wayOf(one);
    if (!isAsked) continue;
    if (bytes + one.bytes > limits.parcelsBytes) return { wanted, bytes, isFull: true };
    bytes += one.bytes;
    wanted.set(parcelName({ lane, number: one.id, kind: 'parcel' }), { lane, number: one.id });
  }
  return { wanted, bytes, isFull: waiting.length === most };
}

type Way = { readonly lane: string; readonly isAsked: boolean };

/** Returns the lane of an envelope, and whether any place of it is asked; what goes where the one before it went costs nothing. */
function createWays(config: Context['config']): (one: Outgoing) => Way {
  let before: Pick<Outgoing, 'address' | 'slotKey'> | null = null;
  let way: Way = { lane: '', isAsked: false };
  return ({ address, slotKey }) => {
    if (before?.address === address && sameBytes(before.slotKey, slotKey)) return way;
    before = { address, slotKey };
    way = { lane: laneOf(address, slotKey), isAsked: askedPlaces(address, config).length > 0 };
    return way;
  };
}
