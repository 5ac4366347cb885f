import { randomBytes } from 'node:crypto';
import { sameBytes } from '../../core/bytes.ts';
import { limits } from '../../core/limits.ts';
import { doorAt, type Door, type Parcel } from '../../core/parcel.ts';
import { whyUnasked } from '../../core/address.ts';
import { parsePlace, placeHere, placesOf } from '../../core/place.ts';
import { slotId } from '../../core/request.ts';
import { proxyFor } from '../../core/way-out.ts';
import type { Outgoing, Waiting } from '../../store/outbox.ts';
import type { Config } from '../work/work.ts';

type Whole = Outgoing & Pick<Waiting, 'envelope'>;

/** How a listener posts. */
type Way = Pick<Config, 'proxy' | 'listen' | 'address'>;

/** The parcel of an envelope that waits, with a door for each place of its address that a listener asks; null when there is none. */
export function makeParcel(waiting: Whole, way: Way): Parcel | null {
  const { address, slotKey, envelope } = waiting;
  const doors = askedPlaces(address, way).map((place) =>
    doorAt(place, slotKey, { nonce: new Uint8Array(randomBytes(16)), envelope }),
  );
  return doors.length === 0 ? null : { ...headOf(waiting), doors, envelope };
}

/** True if a parcel is one that makeParcel() could have made now. */
export function isParcelOf(parcel: Parcel, waiting: Whole, way: Way): boolean {
  const { slot, notAfter } = headOf(waiting);
  const { address, envelope, slotKey } = waiting;
  const isSameHead = parcel.slot === slot && parcel.notAfter === notAfter;
  if (!isSameHead || !sameBytes(parcel.envelope, envelope)) return false;
  const places = parcel.doors.map(({ place }) => place);
  if (places.join(' ') !== askedPlaces(address, way).join(' ')) return false;
  return parcel.doors.every((door) => isSame(door, doorAt(door.place, slotKey, { ...door, envelope })));
}

function isSame(one: Door, other: Door): boolean {
  return (['tag', 'mac', 'check'] as const).every((part) => sameBytes(one[part], other[part]));
}

/** The places of an address that a listener asks: never a name that must not be looked up, and an onion service only through a proxy. */
export function askedPlaces(address: string, way: Way): readonly string[] {
  return placesOf(address).filter((place) => {
    const parsed = parsePlace(place);
    if (!parsed) return false;
    return (
      placeHere(place, way) !== null ||
      whyUnasked(parsed.host, proxyFor(way.proxy, parsed.host) !== undefined) === null
    );
  });
}

/** News for a contact's former place expires after a few days. */
function headOf({ mySlot, elsewhere, createdAt }: Whole): Pick<Parcel, 'slot' | 'notAfter'> {
  return { slot: slotId(mySlot), notAfter: elsewhere ? createdAt + limits.elsewhereLifeMs : 0 };
}
