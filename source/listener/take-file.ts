import { boxSlotKey } from '../core/box.ts';
import type { Batch } from '../core/box-bodies.ts';
import { parseMessageName } from '../core/message-name.ts';
import { slotId } from '../core/request.ts';
import type { Bytes } from '../core/types.ts';
import { roomFor, type Intake, type OpenSlot, type SlotTable } from '../inbox/deliver.ts';

/** A slot of this home that has no room for this many envelopes of a size. */
export type Wanting = { readonly slot: OpenSlot; readonly bytes: number; readonly count: number };

/** One file of a batch, and the slots (by their ids at the box) that were already full. */
type Handed = Batch['files'][number] & { readonly full: ReadonlyMap<string, Wanting> };

/** Stores one file, or skips one for an unknown slot; or returns the slot that has no room for it, and the file stays at the host. */
export async function takeFile(
  intake: Intake,
  slots: ReadonlyMap<string, OpenSlot>,
  { name, envelopes, full }: Handed,
): Promise<'stored' | 'passed' | (Wanting & { readonly at: string })> {
  const { slotId: at = '', bytes = 0, count = 1 } = parseMessageName(name) ?? {};
  const slot = slots.get(at);
  if (!slot || bytes > (slot.largest ?? bytes)) return 'passed';
  // Later mail through the same slot must not overtake it.
  const isKept = !full.has(at) && (await storeAll(intake, { slot, bytes, envelopes }));
  return isKept ? 'stored' : { at, slot, bytes, count };
}

const known = new WeakMap<SlotTable, Map<string, ReadonlyMap<string, OpenSlot>>>();

/** The slots of this home by their ids at a box. */
export function slotsAt(box: string, table: SlotTable): ReadonlyMap<string, OpenSlot> {
  const boxes = known.get(table) ?? new Map<string, ReadonlyMap<string, OpenSlot>>();
  known.set(table, boxes);
  const found = boxes.get(box);
  if (found) return found;
  const all = [...table.byTag.values()];
  const made = new Map(all.map((slot) => [slotId(boxSlotKey(slot.key.export(), box)), slot]));
  boxes.set(box, made);
  return made;
}

type File = { readonly slot: OpenSlot; readonly bytes: number; readonly envelopes: Bytes };

/** Stores the envelopes of one file, all or none, under the quotas of their slot: in as few files as the client can read. */
async function storeAll(intake: Intake, { slot, bytes, envelopes }: File): Promise<boolean> {
  const count = envelopes.length / bytes;
  if (!hasRoom(intake, slot, { bytes, count })) {
    await intake.recount();
    if (!hasRoom(intake, slot, { bytes, count })) return false;
  }
  const { batch } = await intake.slots();
  for (let from = 0; from < count; from += batch) {
    const some = Array.from({ length: Math.min(batch, count - from) }, (_, at) =>
      envelopes.subarray((from + at) * bytes, (from + at + 1) * bytes),
    );
    const place = { slotId: slot.id, bytes, count: some.length };
    intake.reserve(place);
    if ((await intake.deliver(place, ...some)) === 'full') return false;
  }
  return true;
}

/** True if a slot has room for this many envelopes of a size, by the last count. */
export function hasRoom(
  intake: Intake,
  slot: OpenSlot,
  { bytes, count }: { readonly bytes: number; readonly count: number },
): boolean {
  return roomFor(slot, bytes, intake.usage()).room >= count;
}
