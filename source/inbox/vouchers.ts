import { fromBase64url, toBase64url } from '../core/bytes.ts';
import type { Voucher as VoucherOfBoxes } from '../core/box-bodies.ts';
import { isCount, isRecord, parseJson } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { slotId } from '../core/request.ts';
import { followFile } from './follow-file.ts';
import { ensureStored, inboxFile } from './maildir.ts';
import { tableOf, type SlotTable } from './slots.ts';

/** The right to make boxes here, as in vouchers.json. PROTOCOL.md "Boxes". */
export type Voucher = VoucherOfBoxes & {
  /** True for the voucher of an open link, which the home's own boxes are told about. */
  readonly link?: boolean;
};

/** The vouchers by their ids (16 hex digits, made as a slot's), and their keys as a table for finding the key of a request. */
export type Vouchers = { readonly byId: ReadonlyMap<string, Voucher>; readonly table: SlotTable };

/** Replaces vouchers.json as a whole, unless it has this content already; resolves when it is on the disk. */
export async function writeVouchers(inbox: string, vouchers: readonly Voucher[]): Promise<void> {
  const text = Buffer.from(formatVouchers(vouchers));
  await ensureStored(inbox, inboxFile(inbox, 'vouchers'), text);
}

/** The text of a vouchers.json. */
export function formatVouchers(vouchers: readonly Voucher[]): string {
  const written = vouchers.map((voucher) => ({ ...voucher, key: toBase64url(voucher.key) }));
  return JSON.stringify({ version: 1, vouchers: written });
}

/** Returns the vouchers of an inbox, and reads vouchers.json again only when it has changed. */
export function createVoucherReader(inbox: string): () => Promise<Vouchers> {
  return followFile({
    path: () => inboxFile(inbox, 'vouchers'),
    mostBytes: limits.slotsFileBytes,
    parse: (text) => vouchersOf(parseVouchers(text)),
    none: vouchersOf([]),
  });
}

function vouchersOf(vouchers: readonly Voucher[]): Vouchers {
  const slots = vouchers.map(({ key }) => ({ id: slotId(key), key, files: 1, bytes: 1 }));
  return { byId: new Map(vouchers.map((voucher) => [slotId(voucher.key), voucher])), table: tableOf(slots) };
}

/** Reads the text of a vouchers.json (PROTOCOL.md "Boxes"); any error in the text means no vouchers. */
export function parseVouchers(text: string): readonly Voucher[] {
  const file = parseJson(text);
  if (!isRecord(file) || file['version'] !== 1 || !Array.isArray(file['vouchers'])) return [];
  const vouchers = file['vouchers'].map(parseVoucher).filter((voucher) => voucher !== null);
  return vouchers.length === file['vouchers'].length ? vouchers : [];
}

function parseVoucher(value: unknown): Voucher | null {
  if (!isRecord(value) || typeof value['key'] !== 'string') return null;
  const [key, room] = [fromBase64url(value['key']), parseRoom(value)];
  if (key?.length !== 32 || !room) return null;
  return { key, ...room, ...(value['link'] === true && { link: true }) };
}

function parseRoom({ files, bytes, boxes, days }: Record<string, unknown>): Omit<Voucher, 'key'> | null {
  if (!isCount(files) || !isCount(bytes) || !isCount(boxes)) return null;
  return isCount(days) && days <= 0xffff ? { files, bytes, boxes, days } : null;
}
