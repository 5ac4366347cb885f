import { randomUUID } from 'node:crypto';
import { fromBase64url, toBase64url } from '../core/bytes.ts';
import { isCount, isRecord, parseJson } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { slotId } from '../core/request.ts';
import type { Bytes } from '../core/types.ts';
import { followFile } from './follow-file.ts';
import { inboxFile, storeFile } from './maildir.ts';
import { tableOf, type SlotTable } from './slots.ts';

/** The right to make boxes here: its key (32 bytes), and what each of the boxes gets. PROTOCOL.md "Boxes". */
export type Voucher = {
  readonly key: Bytes;
  readonly files: number;
  readonly bytes: number;
  /** How many boxes it makes, and after how many days without a collect they end. */
  readonly boxes: number;
  readonly days: number;
};

/** The vouchers by their ids (16 hex digits, made as a slot's), and their keys as a table that finds the one of a request. */
export type Vouchers = { readonly byId: ReadonlyMap<string, Voucher>; readonly table: SlotTable };

/** Replaces vouchers.json as a whole; resolves when it is on the disk. */
export async function writeVouchers(inbox: string, vouchers: readonly Voucher[]): Promise<void> {
  const written = vouchers.map((voucher) => ({ ...voucher, key: toBase64url(voucher.key) }));
  const text = JSON.stringify({ version: 1, vouchers: written });
  await storeFile(inbox, `vouchers.${randomUUID()}`, inboxFile(inbox, 'vouchers'), Buffer.from(text));
}

/** Answers the vouchers of an inbox, and reads vouchers.json again only when it has changed. */
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
  const key = fromBase64url(value['key']);
  const { files, bytes, boxes, days } = value;
  if (key?.length !== 32 || !isCount(files) || !isCount(bytes)) return null;
  return isCount(boxes) && isCount(days) && days <= 0xffff ? { key, files, bytes, boxes, days } : null;
}
