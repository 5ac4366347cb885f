import { randomBytes } from 'node:crypto';
import { agreementKeyOf, boxIdOf, boxSealKey } from '../core/box.ts';
import type { Grant } from '../core/box-bodies.ts';
import { sameBytes } from '../core/bytes.ts';
import { limits } from '../core/limits.ts';
import { slotId } from '../core/request.ts';
import type { Bytes } from '../core/types.ts';
import {
  boxIds,
  boxPath,
  makeBox,
  readKeys,
  readLimits,
  type BoxKeys,
  type BoxLimits,
} from './box-folder.ts';
import type { Amount } from './slots.ts';
import type { Voucher } from './vouchers.ts';

/** The host's promises to each of its boxes. */
export type Promises = {
  /** The promise to each existing box, by its id: another listener may have made or removed some of them. */
  readonly all: () => Promise<ReadonlyMap<string, BoxLimits>>;
  readonly note: (box: string, promised: BoxLimits) => void;
  readonly drop: (box: string) => void;
  /** The part of a box's promise that its boxes use, as last read. */
  readonly outOf: (box: string) => Amount;
};

/** Reads the promises to the boxes of an inbox, each once. */
export function createPromises(inbox: string): Promises {
  const known = new Map<string, BoxLimits>();
  // Sums up the boxes made from each box, once after every change.
  let sums: Map<string, Amount> | null = null;
  const drop = (box: string): void => {
    if (known.delete(box)) sums = null;
  };
  const note = (box: string, promised: BoxLimits): void => {
    known.set(box, promised);
    sums = null;
  };
  return {
    async all() {
      const ids = new Set(await boxIds(inbox));
      for (const id of known.keys()) if (!ids.has(id)) drop(id);
      for (const id of ids) {
        const promised = known.has(id) ? null : await readLimits(await boxPath(inbox, id));
        if (promised) note(id, promised);
      }
      return known;
    },
    note,
    drop,
    outOf: (box) => (sums ??= addedUp(known.values())).get(box) ?? nothing,
  };
}

const nothing: Amount = { files: 0, bytes: 0 };

function addedUp(promises: Iterable<BoxLimits>): Map<string, Amount> {
  const sums = new Map<string, Amount>();
  for (const promised of promises) {
    const { from } = promised;
    if (from !== undefined) sums.set(from, sumOf([sums.get(from) ?? nothing, promised]));
  }
  return sums;
}

/** The sum of the promises. */
function sumOf(promises: Iterable<Amount>): Amount {
  let [files, bytes] = [0, 0];
  for (const promised of promises) {
    files += promised.files;
    bytes += promised.bytes;
  }
  return { files, bytes };
}

/** The keys of an owner who claims a box, 32 bytes each. */
export type Claim = { readonly owner: Bytes; readonly agreement: Bytes };

/** A claim, its voucher, and the id of the box whose owner gave the voucher; without that id, the voucher is the host's own. */
export type Claiming = {
  readonly voucher: Voucher;
  readonly asked: Claim;
  readonly from?: string | undefined;
};

/**
 * Makes a box, or grants it again. `refused` when it belongs to another owner, when the voucher has made all its boxes, or for a key
 * that cannot be agreed with; `full` when no more can be promised. PROTOCOL.md "Boxes".
 */
export async function claimBox(
  inbox: string,
  promises: Promises,
  { voucher, asked, from }: Claiming,
): Promise<Grant | 'refused' | 'full'> {
  const box = boxIdOf(asked.owner);
  const path = await boxPath(inbox, box);
  const [keys, had] = [await readKeys(path), await readLimits(path)];
  const id = slotId(voucher.key);
  if (keys && had) {
    const isSame = had.voucher === id && sameBytes(keys.ownersAgreement, asked.agreement);
    return isSame ? grantOf(keys, had) : 'refused';
  }
  const all = await promises.all();
  if ([...all.values()].filter((one) => one.voucher === id).length >= voucher.boxes) return 'refused';
  const room = from === undefined ? roomAtHost(all, voucher) : roomAtBox(all, from, voucher);
  if (!room) return 'full';
  const made = agree(voucher, box, asked);
  if (!made) return 'refused';
  const promised = { voucher: id, ...room, days: voucher.days, ...(from !== undefined && { from }) };
  await makeBox(inbox, box, { keys: made, promised });
  promises.note(box, promised);
  return grantOf(made, promised);
}

/** The size that the host can promise: all that the voucher says, or nothing. A box made from another box uses that one's promise. */
function roomAtHost(all: ReadonlyMap<string, BoxLimits>, { files, bytes }: Voucher): Amount | null {
  const own = [...all.values()].filter(({ from }) => from === undefined);
  const sum = sumOf(own).bytes + bytes;
  return all.size < limits.boxes && sum <= limits.boxesBytes ? { files, bytes } : null;
}

/** The rest of the share of a box's promise that its owner may give away, but no more than the voucher says. */
function roomAtBox(all: ReadonlyMap<string, BoxLimits>, from: string, voucher: Voucher): Amount | null {
  const [promised, given] = [all.get(from), sumOf([...all.values()].filter((one) => one.from === from))];
  if (!promised || all.size >= limits.boxes) return null;
  const files = Math.min(voucher.files, share(promised.files) - given.files);
  const bytes = Math.min(voucher.bytes, share(promised.bytes) - given.bytes);
  return files >= leastFiles && bytes >= limits.bucketBytes[2] ? { files, bytes } : null;
}

function share(whole: number): number {
  return Math.floor(whole * limits.boxShare);
}

/** A smaller box is of no use. */
const leastFiles = 8;

function agree({ key: voucherKey }: Voucher, box: string, { owner, agreement }: Claim): BoxKeys | null {
  const own = agreementKeyOf(randomBytes(32), box);
  const seal = boxSealKey(own.secret, agreement, { voucherKey, box });
  return seal && { owner, ownersAgreement: agreement, hostsAgreement: own.public, seal };
}

function grantOf({ hostsAgreement }: BoxKeys, { files, bytes, days }: BoxLimits): Grant {
  return { agreement: hostsAgreement, files, bytes, days };
}
