import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { doorAt, laneOf, type Parcel } from '../../source/core/parcel.ts';
import { slotId } from '../../source/core/request.ts';
import type { Bytes } from '../../source/core/types.ts';
import { writeParcels } from '../../source/inbox/parcels.ts';
import { createReporting } from '../../source/inbox/reporting.ts';
import { startCarrying, type Carrying } from '../../source/listener/carry.ts';
import type { Slot } from '../../source/inbox/slots.ts';
import { newSlot } from './signed-post.ts';

/** Somebody to whom parcels go: the key of the slot there, and the id of theirs here. */
export type Addressee = { readonly slot: Slot; readonly here: string; readonly address: string };

/** Somebody at an address, with a slot whose id is that of its key. */
export function addressee(address: string): Addressee {
  const slot = newSlot();
  return { slot: { ...slot, id: slotId(slot.key) }, here: randomBytes(8).toString('hex'), address };
}

/** The parcel of an envelope for somebody. */
export function parcelFor({ slot, here, address }: Addressee, envelope: Bytes, notAfter = 0): Parcel {
  const key = new Uint8Array(slot.key);
  const doors = address
    .split(' ')
    .map((place) => doorAt(place, key, { nonce: new Uint8Array(randomBytes(16)), envelope }));
  return { slot: here, notAfter, doors, envelope };
}

/** Leaves envelopes for somebody under the numbers from `first` on; answers the envelopes and the name of the lane. */
export async function leave(
  inbox: string,
  whom: Addressee,
  { count = 1, first = 1, notAfter = 0 } = {},
): Promise<{ readonly lane: string; readonly envelopes: readonly Bytes[] }> {
  const lane = laneOf(whom.address, new Uint8Array(whom.slot.key));
  const envelopes = Array.from({ length: count }, () => new Uint8Array(randomBytes(4096)));
  const parcels = envelopes.map((envelope, at) => ({
    lane,
    number: first + at,
    parcel: parcelFor(whom, envelope, notAfter),
  }));
  await writeParcels(inbox, parcels);
  return { lane, envelopes };
}

/** The numbers in out/ that were taken, or that wait. */
export async function numbersIn(inbox: string, kind: 'done' | 'parcel'): Promise<readonly number[]> {
  const names = await readdir(join(inbox, 'out'));
  return names
    .filter((name) => name.endsWith(kind))
    .map((name) => Number(name.split('.')[1]))
    .toSorted((one, other) => one - other);
}

/** Carries for an inbox until the test is over. */
export function carrying(inbox: string): Carrying {
  const reporting = createReporting(inbox);
  const started = startCarrying(inbox, { reporting, isClientHeard: () => false, began: () => undefined });
  onTestFinished(() => started.close());
  return started;
}
