import { boxSlotKey, voucherAt } from '../core/box.ts';
import type { BoxTable } from '../core/box-bodies.ts';
import { toHex } from '../core/bytes.ts';
import { limits } from '../core/limits.ts';
import { gateOf } from '../core/request.ts';
import type { Vouchers } from '../inbox/boxes.ts';
import type { Intake } from '../inbox/deliver.ts';
import { readLinks } from '../inbox/mailboxes.ts';

/** The table that a home gives the host of a box: its slots, its links and their vouchers. */
type Known = {
  readonly inbox: string;
  readonly intake: Pick<Intake, 'slots'>;
  readonly vouchers: () => Promise<Vouchers>;
};

/** The table of a home for one of its boxes, as much of it as a host takes; null when it has no slots. PROTOCOL.md "Boxes". */
export async function tableAt(box: string, home: Known): Promise<BoxTable | null> {
  const { batch, byTag } = await home.intake.slots();
  if (byTag.size === 0) return null;
  const slots: BoxTable['slots'][number][] = [];
  const gates = new Set<string>();
  for (const { key, files, bytes, largest, link } of byTag.values()) {
    const there = boxSlotKey(key.export(), box);
    gates.add(toHex(gateOf(there)));
    if (gates.size > limits.boxGates || slots.length === limits.boxSlots) break;
    const more = { ...(largest !== undefined && { largest }), ...(link !== undefined && { link }) };
    slots.push({ key: there, files: Math.min(files, 0xffff_ffff), bytes, ...more });
  }
  const room = limits.boxTableBytes - 1024 - slots.length * slotBytes - limits.boxLinks * voucherBytes;
  const most = Math.min(limits.boxLinks, Math.max(0, Math.floor(room / linkBytes)));
  const vouchers = [...(await home.vouchers()).byId.values()].filter(({ link }) => link);
  return {
    batch,
    slots,
    links: (await readLinks(home.inbox)).slice(0, most),
    vouchers: vouchers.slice(0, limits.boxLinks).map((one) => ({ ...one, key: voucherAt(one.key, box) })),
  };
}

/** A slot, a link and a voucher in a table, at most. */
const slotBytes = 81;
const linkBytes = 4129;
const voucherBytes = 48;
