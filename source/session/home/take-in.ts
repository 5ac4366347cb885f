import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Pouch } from '../../core/pouch.ts';
import type { Bytes, Printable } from '../../core/types.ts';
import { openIntake, roomFor, slotFor, type Intake, type OpenSlot } from '../../inbox/deliver.ts';

type Letters = Extract<Pouch, { kind: 'envelopes' }>;

/**
 * Stores the envelopes of a pouch in an inbox, through the door that the listener uses: all of them, or none where it is refused; without
 * any key of a person. Throws ChatError pouch-foreign, pouch-full, disk-full. PROTOCOL.md §14.
 */
export async function takeIn(inbox: string, pouch: Letters, name: Printable): Promise<void> {
  const intake = await openIntake(inbox);
  const table = await intake.slots();
  const slot = slotFor(table, pouch.auth, pouch.post);
  if (!slot || pouch.envelopes.some(({ length }) => length > (slot.largest ?? length)))
    throw new ChatError('pouch-foreign', name);
  const most = { envelopes: table.batch, bytes: limits.batchBytes };
  const files = groupsOf(pouch.envelopes, most);
  if (!hasRoom(intake, slot, pouch.envelopes)) throw new ChatError('pouch-full', name);
  for (const envelopes of files) await store(intake, slot, envelopes);
}

/** The quota counts the envelopes and their bytes, whatever their sizes. */
function hasRoom(intake: Intake, slot: OpenSlot, envelopes: readonly Bytes[]): boolean {
  const [least] = limits.bucketBytes;
  const units = envelopes.reduce((sum, { length }) => sum + length / least, 0);
  const room = roomFor({ ...slot, files: Infinity }, least, intake.usage()).room;
  const waiting = intake.usage().slots.get(slot.id)?.files ?? 0;
  return units <= room && waiting + envelopes.length <= slot.files;
}

async function store(intake: Intake, slot: OpenSlot, envelopes: readonly Bytes[]): Promise<void> {
  const bytes = envelopes[0]?.length ?? 0;
  const place = { slotId: slot.id, bytes, count: envelopes.length };
  intake.reserve(place);
  if ((await intake.deliver(place, ...envelopes)) === 'full') throw new ChatError('disk-full');
}

type Most = { readonly envelopes: number; readonly bytes: number };

/** Envelopes of one size that follow each other, as many as one file holds. */
function groupsOf(envelopes: readonly Bytes[], most: Most): ReadonlyArray<readonly Bytes[]> {
  const groups: Bytes[][] = [];
  for (const envelope of envelopes) {
    const last = groups.at(-1);
    const fits =
      last?.[0]?.length === envelope.length &&
      last.length < most.envelopes &&
      (last.length + 1) * envelope.length <= most.bytes;
    if (fits) last.push(envelope);
    else groups.push([envelope]);
  }
  return groups;
}
