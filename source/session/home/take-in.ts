import { asFailure, ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Pouch } from '../../core/pouch.ts';
import type { Bytes, Printable } from '../../core/types.ts';
import { openIntake, roomFor, slotFor, type Intake, type OpenSlot } from '../../inbox/deliver.ts';
import { prepareInbox } from '../../inbox/maildir.ts';

type Letters = Extract<Pouch, { kind: 'envelopes' }>;

/**
 * Stores the envelopes of a pouch in an inbox, through the door that the listener uses: all of them, or none when one is refused; needs
 * nobody's keys. Throws ChatError pouch-foreign, pouch-full, pouch-half, disk-full, and the system's errors. PROTOCOL.md §14.
 */
export async function takeIn(inbox: string, pouch: Letters, name: Printable): Promise<void> {
  try {
    await prepareInbox(inbox);
    await storeAll(await openIntake(inbox), pouch, name);
  } catch (error) {
    throw asFailure(error);
  }
}

async function storeAll(intake: Intake, pouch: Letters, name: Printable): Promise<void> {
  const table = await intake.slots();
  const slot = slotFor(table, pouch.auth, pouch.post);
  if (!slot || pouch.envelopes.some(({ length }) => length > (slot.largest ?? length)))
    throw new ChatError('pouch-foreign', name);
  checkRoom(intake, slot, { envelopes: pouch.envelopes, name });
  const groups = groupsOf(pouch.envelopes, { envelopes: table.batch, bytes: limits.batchBytes });
  for (const [at, envelopes] of groups.entries()) {
    const bytes = envelopes[0]?.length ?? 0;
    const place = { slotId: slot.id, bytes, count: envelopes.length };
    intake.reserve(place);
    if ((await intake.deliver(place, ...envelopes)) === 'stored') continue;
    throw at === 0 ? new ChatError('disk-full') : new ChatError('pouch-half', name);
  }
}

/** The quota counts the envelopes and their bytes, whatever their sizes. */
function checkRoom(
  intake: Intake,
  slot: OpenSlot,
  { envelopes, name }: { readonly envelopes: readonly Bytes[]; readonly name: Printable },
): void {
  const [unit] = limits.bucketBytes;
  const units = envelopes.reduce((sum, { length }) => sum + length / unit, 0);
  const waiting = intake.usage().slots.get(slot.id)?.files ?? 0;
  const quota = roomFor({ ...slot, files: Infinity }, unit, { ...intake.usage(), diskBytes: Infinity }).room;
  if (units > quota || waiting + envelopes.length > slot.files) throw new ChatError('pouch-full', name);
  const { diskBytes, bytes } = intake.usage();
  if (bytes + units * unit > diskBytes) throw new ChatError('disk-full');
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
