import { limits } from './limits.ts';
import { parseMessageName } from './message-name.ts';
import { readFields, type Fields } from './fields.ts';
import { gateOf, slotId } from './request.ts';
import type { Bytes } from './types.ts';
import { toHex } from './bytes.ts';

// The sealed bodies that the owner of a box and its host send each other. PROTOCOL.md "Boxes". A reader returns null for bytes that
// break a rule.

/** A slot as an owner describes it to a host: its key there (32 bytes), and its quota, as in slots.json. */
type BoxSlot = {
  readonly key: Bytes;
  readonly files: number;
  readonly bytes: number;
  /** The largest envelope that the slot takes, when it does not take every size. */
  readonly largest?: number;
  /** The file name of the single-use link that the slot came with, 64 hex digits. */
  readonly link?: string;
};

/** A link or a card to hand out at a box: its file name (64 hex digits) and its blob (4096 bytes). */
export type BoxLink = { readonly card: boolean; readonly name: string; readonly blob: Bytes };

/** The right to make boxes at a host: its key (32 bytes), and what each of its boxes gets. */
export type Voucher = {
  readonly key: Bytes;
  readonly files: number;
  readonly bytes: number;
  /** How many boxes it makes, and how many days they last without a collect. */
  readonly boxes: number;
  readonly days: number;
};

/** Everything a host must know of a box; `batch` is the most envelopes in one file that the owner reads. */
export type BoxTable = {
  readonly batch: number;
  readonly slots: readonly BoxSlot[];
  readonly links: readonly BoxLink[];
  /** Those of the owner's links, with the keys that they have at this box. */
  readonly vouchers: readonly Voucher[];
};

/**
 * An owner's collect request: the files that it has now, the ids of its slots that have no room for more, and how many seconds the host
 * may wait.
 */
export type Collect = {
  readonly stored: readonly string[];
  readonly full: readonly string[];
  readonly wait: number;
};

/** An event of a link at a box: the joiner (32 hex digits) who picked it up, or a later try. */
export type LinkNews = { readonly name: string; readonly takenBy: string | null };

/** The files that wait in a box, oldest first: the name of each, and its envelopes in a row. */
export type Batch = {
  readonly takenOver: boolean;
  readonly more: boolean;
  readonly news: readonly LinkNews[];
  readonly files: ReadonlyArray<{ readonly name: string; readonly envelopes: Bytes }>;
};

/** A host's grant for a box: its agreement key (32 bytes), the quota, and how many days the box lasts without a collect. */
export type Grant = {
  readonly agreement: Bytes;
  readonly files: number;
  readonly bytes: number;
  readonly days: number;
};

const blobBytes = limits.bucketBytes[0];
const moreFlag = 1;
const takenOverFlag = 2;
const noJoiner = '00'.repeat(16);

/** Writes a collect request. */
export function encodeCollect({ stored, full, wait }: Collect): Bytes {
  const slots = full.map((id) => Buffer.from(id, 'hex'));
  return joined([count8(stored), ...stored.map(name8), count8(full), ...slots, Uint8Array.of(wait)]);
}

/** Reads a collect request. */
export function decodeCollect(bytes: Bytes): Collect | null {
  return readFields(bytes, (fields) => {
    const stored = listOf(
      fields,
      { count: fields.u8(), most: limits.boxBatchFiles },
      () => readName(fields).name,
    );
    const full = listOf(fields, { count: fields.u8(), most: limits.boxFullSlots }, () =>
      toHex(fields.take(8)),
    );
    return { stored, full, wait: between(fields, fields.u8(), 1, limits.boxWaitMs / 1000) };
  });
}

/** Writes a table. */
export function encodeTable({ batch, slots, links, vouchers }: BoxTable): Bytes {
  const parts = [
    Uint8Array.of(1, batch),
    int(slots.length, 2),
    ...slots.flatMap(({ key, files, bytes, largest = 0, link }) => [
      key,
      int(files, 4),
      int(bytes, 8),
      int(largest, 4),
      ...(link === undefined ? [Uint8Array.of(0)] : [Uint8Array.of(1), Buffer.from(link, 'hex')]),
    ]),
    int(links.length, 2),
    ...links.flatMap(({ card, name, blob }) => [Uint8Array.of(card ? 1 : 0), Buffer.from(name, 'hex'), blob]),
    int(vouchers.length, 2),
    ...vouchers.flatMap(({ key, files, bytes, boxes, days }) => [
      key,
      int(files, 4),
      int(bytes, 8),
      int(boxes, 2),
      int(days, 2),
    ]),
  ];
  return joined(parts);
}

/** Reads a table. */
export function decodeTable(bytes: Bytes): BoxTable | null {
  return readFields(bytes, (fields) => {
    if (fields.u8() !== 1) fields.reject();
    const batch = between(fields, fields.u8(), 1, limits.batchEnvelopes);
    const slots = listOf(fields, { count: fields.u16(), most: limits.boxSlots }, () => readSlot(fields));
    const links = listOf(fields, { count: fields.u16(), most: limits.boxLinks }, () => readLink(fields));
    const most = limits.boxLinks;
    const vouchers = listOf(fields, { count: fields.u16(), most }, () => readVoucher(fields));
    const gates = new Set(slots.map(({ key }) => toHex(gateOf(key))));
    if (gates.size > limits.boxGates) fields.reject();
    const [ids, names] = [slots.map(({ key }) => slotId(key)), links.map(({ name }) => name)];
    const claims = vouchers.map(({ key }) => slotId(key));
    if ([ids, names, claims].some((list) => new Set(list).size < list.length)) fields.reject();
    return { batch, slots, links, vouchers };
  });
}

function readSlot(fields: Fields): BoxSlot {
  const [key, files, bytes] = [fields.take(32), fields.u32(), fields.u64()];
  const largest = fields.u32();
  const hasLink = between(fields, fields.u8(), 0, 1) === 1;
  const link = hasLink ? toHex(fields.take(32)) : undefined;
  return { key, files, bytes, ...(largest > 0 && { largest }), ...(link !== undefined && { link }) };
}

function readVoucher(fields: Fields): Voucher {
  const [key, files, bytes] = [fields.take(32), fields.u32(), fields.u64()];
  return { key, files, bytes, boxes: fields.u16(), days: fields.u16() };
}

function readLink(fields: Fields): BoxLink {
  const card = between(fields, fields.u8(), 0, 1) === 1;
  return { card, name: toHex(fields.take(32)), blob: fields.take(blobBytes) };
}

/** Writes a batch. */
export function encodeBatch({ takenOver, more, news, files }: Batch): Bytes {
  return joined([
    Uint8Array.of((more ? moreFlag : 0) | (takenOver ? takenOverFlag : 0)),
    count8(news),
    ...news.flatMap(({ name, takenBy }) => [
      Uint8Array.of(takenBy === null ? 2 : 1),
      Buffer.from(name + (takenBy ?? noJoiner), 'hex'),
    ]),
    count8(files),
    ...files.flatMap(({ name, envelopes }) => [name8(name), envelopes]),
  ]);
}

/** Reads a batch; `bytes` are at most `limits.boxBatchMostBytes`. */
export function decodeBatch(bytes: Bytes): Batch | null {
  if (bytes.length > limits.boxBatchMostBytes) return null;
  return readFields(bytes, (fields) => {
    const flags = fields.u8();
    const news = listOf(fields, { count: fields.u8(), most: limits.boxNews }, () => readNews(fields));
    const files = listOf(fields, { count: fields.u8(), most: limits.boxBatchFiles }, () => {
      const { name, bytes: size, count } = readName(fields);
      return { name, envelopes: fields.take(size * count) };
    });
    if (files.some(({ name }, at) => at > 0 && name <= (files[at - 1]?.name ?? ''))) fields.reject();
    return { takenOver: (flags & takenOverFlag) !== 0, more: (flags & moreFlag) !== 0, news, files };
  });
}

function readNews(fields: Fields): LinkNews {
  const isTaken = between(fields, fields.u8(), 1, 2) === 1;
  const [name, joiner] = [toHex(fields.take(32)), toHex(fields.take(16))];
  if (!isTaken && joiner !== noJoiner) fields.reject();
  return { name, takenBy: isTaken ? joiner : null };
}

/** Writes a grant. */
export function encodeGrant({ agreement, files, bytes, days }: Grant): Bytes {
  return joined([agreement, int(files, 4), int(bytes, 8), int(days, 2)]);
}

/** Reads a grant. */
export function decodeGrant(bytes: Bytes): Grant | null {
  return readFields(bytes, (fields) => ({
    agreement: fields.take(32),
    files: fields.u32(),
    bytes: fields.u64(),
    days: fields.u16(),
  }));
}

/** The bytes of a grant. */
export const grantBytes = 46;

function readName(fields: Fields): { readonly name: string; readonly bytes: number; readonly count: number } {
  const name = Buffer.from(fields.take(fields.u8())).toString('latin1');
  const parsed = parseMessageName(name);
  return parsed ? { name, bytes: parsed.bytes, count: parsed.count } : fields.reject();
}

function between(fields: Fields, value: number, least: number, most: number): number {
  return value >= least && value <= most ? value : fields.reject();
}

function listOf<Item>(
  fields: Fields,
  { count, most }: { readonly count: number; readonly most: number },
  read: () => Item,
): readonly Item[] {
  return Array.from({ length: between(fields, count, 0, most) }, read);
}

function joined(parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

function count8(list: readonly unknown[]): Uint8Array {
  return Uint8Array.of(list.length);
}

function name8(name: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(name.length), Buffer.from(name, 'latin1')]);
}

function int(value: number, bytes: 2 | 4 | 8): Uint8Array {
  const made = Buffer.alloc(bytes);
  if (bytes === 8) made.writeBigUInt64BE(BigInt(value));
  else made.writeUIntBE(value, 0, bytes);
  return made;
}
