import { boxSlotKey } from './box.ts';
import { parsePlace } from './place.ts';
import type { Bytes } from './types.ts';

/** The key (32 bytes) of a slot at one place: at a box, one derived from it. PROTOCOL.md "Boxes". */
export function slotKeyAt(place: string, slotKey: Bytes): Bytes {
  const { box = '' } = parsePlace(place) ?? {};
  return box === '' ? slotKey : boxSlotKey(slotKey, box);
}
