import { boxSlotKey } from '../../core/box.ts';
import { boxHere, placesOf } from '../../core/place.ts';
import { hasSlot } from '../../inbox/lent.ts';
import type { ContactRow } from '../../store/contacts.ts';

/** The inbox of a home, and its address. */
type Home = { readonly inbox: string; readonly address: string };

/** The place and the slot by which a contact is reached. */
type Reached = Pick<ContactRow, 'address' | 'theirSlot'>;

/**
 * The contacts for whom this home keeps a box, by the id of the box: only their address names it, and its owner has announced the slot by
 * which this home writes to them. An address alone proves nothing: anyone can name someone else's box.
 */
export async function keptFor<Row extends Reached>(
  { inbox, address }: Home,
  contacts: readonly Row[],
): Promise<ReadonlyMap<string, Row>> {
  const named = Map.groupBy(
    contacts.flatMap((contact) => boxesNamed(contact, address).map((box) => ({ box, contact }))),
    ({ box }) => box,
  );
  const found = new Map<string, Row>();
  for (const [box, [first, ...others]] of named) {
    if (!first || others.length > 0) continue;
    if (await hasSlot(inbox, box, boxSlotKey(first.contact.theirSlot, box))) found.set(box, first.contact);
  }
  return found;
}

function boxesNamed(contact: Reached, address: string): readonly string[] {
  const boxes = placesOf(contact.address).map((place) => boxHere(place, address));
  return [...new Set(boxes)].filter((box) => box !== null);
}
