import type { EndedLent, KeptBox, Lent, LentLink } from '../../core/lent.ts';
import { asFailure, ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { slotId } from '../../core/request.ts';
import { endBox, keptBox, keptBoxes, type Kept } from '../../inbox/lent.ts';
import type { Voucher } from '../../inbox/vouchers.ts';

/** The vouchers that a home has lent, and a way to revoke one. */
export type Lender = {
  readonly inbox: string;
  readonly vouchers: () => Promise<readonly Voucher[]>;
  readonly takeBack: (voucher: Voucher) => Promise<void>;
};

/**
 * Lists everything that a home has lent: links that still make boxes, then the boxes; `whose` names the contacts by the ids of their boxes.
 */
export async function lentBy(
  { inbox, vouchers }: Pick<Lender, 'inbox' | 'vouchers'>,
  whose: ReadonlyMap<string, string> = new Map(),
): Promise<readonly Lent[]> {
  const boxes = await keptBoxes(inbox).catch(throwAsFailure);
  const lent = (await vouchers()).filter(({ link }) => !link);
  return [...lent.flatMap((voucher) => linkOf(voucher, boxes)), ...boxes.map((box) => boxOf(box, whose))];
}

function linkOf({ key, boxes, files, bytes, days }: Voucher, kept: readonly Kept[]): readonly LentLink[] {
  const id = slotId(key);
  const left = boxes - kept.filter(({ promised }) => promised?.voucher === id).length;
  return left > 0 ? [{ kind: 'link', id, boxes: left, files, bytes, days }] : [];
}

function boxOf({ id, promised, waits, idleDays }: Kept, whose: ReadonlyMap<string, string>): KeptBox {
  const { files, bytes, days, from } = promised ?? { files: 0, bytes: 0, days: 0 };
  return {
    kind: 'box',
    id,
    contact: whose.get(id) ?? null,
    from: from ?? null,
    files,
    bytes,
    days,
    waitingFiles: waits.files,
    waitingBytes: waits.bytes,
    idleDays,
  };
}

/**
 * Ends a box by its id, with all that came out of it, or a lent link that made none. The voucher goes first: after a crash in between nobody can make
 * the box again, which can then be ended by its id. Throws ChatError lent-unknown.
 */
export async function endLentBy(lender: Lender, id: string): Promise<EndedLent> {
  const promised = await keptBox(lender.inbox, id).catch(throwAsFailure);
  if (promised === 'none') return endLink(lender, id);
  const voucher = await voucherOf(lender, promised?.voucher);
  if (voucher && !voucher.link) await lender.takeBack(voucher);
  await endBox(lender.inbox, id).catch(throwAsFailure);
  return { kind: 'box', again: voucher?.link === true || promised?.from !== undefined };
}

function throwAsFailure(error: unknown): never {
  throw asFailure(error);
}

async function endLink(lender: Lender, id: string): Promise<EndedLent> {
  const voucher = await voucherOf(lender, id);
  if (!voucher || voucher.link) throw new ChatError('lent-unknown', printableLine(id, 40));
  await lender.takeBack(voucher);
  return { kind: 'link', again: false };
}

async function voucherOf({ vouchers }: Lender, id: string | undefined): Promise<Voucher | undefined> {
  return (await vouchers()).find(({ key }) => slotId(key) === id);
}
