import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { fromBase64url, toBase64url, toHex } from '../core/bytes.ts';
import { isCount, isRecord, parseJson } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { gateOf, isSameMark, masked, postMac, slotId, type Auth, type Post } from '../core/request.ts';
import type { Bytes } from '../core/types.ts';
import { followFile } from './follow-file.ts';
import { ensureStored, inboxFile } from './maildir.ts';

/** The right of one contact, or of one open invite, to leave files here: `id` 16 hex digits, `key` 32 bytes. */
export type Slot = {
  readonly id: string;
  readonly key: Uint8Array;
  /** The most files and bytes that may wait in inbox/new. */
  readonly files: number;
  readonly bytes: number;
  /** The largest envelope that the slot takes, when it does not take every size. */
  readonly largest?: number;
  /** The file name of the single-use link that the slot came with, 64 hex digits. */
  readonly link?: string;
};

/** A slot as the listener uses it: a KeyObject makes an HMAC in 3 µs where raw bytes take 18. */
export type OpenSlot = Omit<Slot, 'key'> & { readonly key: KeyObject };

/**
 * The slots with the keys to find them: `gates` are the first halves of their keys, each once; `byTag` by the 16 hex digits of PROTOCOL.md
 * §8.
 */
export type SlotTable = {
  readonly gates: readonly KeyObject[];
  readonly byTag: ReadonlyMap<string, OpenSlot>;
  /** The slots by the file name of their single-use link. */
  readonly byLink: ReadonlyMap<string, OpenSlot>;
  /** How many envelopes in one file the client reads. */
  readonly batch: number;
};

/** Stands in for a missing slot, so the time reveals nothing. */
const nobody = createSecretKey(randomBytes(32));

/** The slot that a tag names, if its key made the MAC over `post`: one HMAC for each gate and one more, however many slots. */
export function slotFor(
  { gates, byTag }: SlotTable,
  { nonce, tag, told }: Auth,
  post: Post,
): OpenSlot | null {
  const slots = gates.map((gate) => byTag.get(toHex(masked(gate, nonce, tag))));
  const slot = slots.find((one) => one !== undefined);
  const isRight = isSameMark(postMac(slot?.key ?? nobody, post), told);
  return slot && isRight ? slot : null;
}

/** How many envelopes of this size still fit for a slot, and the answer when none does. */
export function roomFor(slot: OpenSlot, bytes: number, usage: Usage): { room: number; full: 429 | 507 } {
  const waiting = usage.slots.get(slot.id) ?? { files: 0, bytes: 0 };
  const most = usage.most ?? { files: Infinity, bytes: limits.inboxBytes };
  const free = Math.min(slot.bytes - waiting.bytes, most.bytes - usage.bytes);
  const files = Math.min(slot.files - waiting.files, most.files - usage.files);
  const quota = Math.max(0, Math.min(files, Math.floor(free / bytes)));
  const disk = Math.max(0, Math.floor((usage.diskBytes - usage.bytes) / bytes));
  return { room: Math.min(quota, disk), full: quota === 0 ? 429 : 507 };
}

const noSlots: SlotTable = { gates: [], byTag: new Map(), byLink: new Map(), batch: 1 };

/** A number of envelopes and their size in bytes. */
export type Amount = { readonly files: number; readonly bytes: number };

/** The content of inbox/new, by slot and in all, and the number of bytes that the free space of the disk allows in all. */
export type Usage = Amount & {
  readonly slots: ReadonlyMap<string, Amount>;
  readonly diskBytes: number;
  /** The most that may wait in all; without it as much as in an inbox. */
  readonly most?: Amount;
};

/** Makes the table of these slots. */
export function tableOf(slots: readonly Slot[], batch: number = limits.batchEnvelopes): SlotTable {
  const gates = new Set(slots.map(({ key }) => toHex(gateOf(key))));
  const made = slots.map((slot) => [slotId(slot.key), { ...slot, key: createSecretKey(slot.key) }] as const);
  return {
    gates: [...gates].map((gate) => createSecretKey(gate, 'hex')),
    byTag: new Map(made),
    byLink: new Map(made.flatMap(([, slot]) => (slot.link === undefined ? [] : [[slot.link, slot]]))),
    batch,
  };
}

/** Replaces slots.json as a whole, unless it has this content already; resolves when it is on the disk. The listener sees it with its next request. */
export async function writeSlots(
  inbox: string,
  slots: readonly Slot[],
  batch: number = limits.batchEnvelopes,
): Promise<void> {
  const text = JSON.stringify({
    version: 1,
    batch,
    slots: slots.map((slot) => ({ ...slot, key: toBase64url(slot.key) })),
  });
  await ensureStored(inbox, inboxFile(inbox, 'slots'), Buffer.from(text));
}

/** How many envelopes in one file the client that wrote a slots.json reads: one, unless it says so. */
function parseBatch(text: string): number {
  const file = parseJson(text);
  const said = isRecord(file) ? file['batch'] : undefined;
  return isCount(said) && said > 0 ? Math.min(said, limits.batchEnvelopes) : 1;
}

/** Reads the text of a slots.json (PROTOCOL.md §9); any error in the text means no slots. */
export function parseSlots(text: string): readonly Slot[] {
  const file = parseJson(text);
  if (!isRecord(file) || file['version'] !== 1 || !Array.isArray(file['slots'])) return [];
  const slots = file['slots'].map(parseSlot).filter((slot) => slot !== null);
  const ids = new Set(slots.map((slot) => slot.id));
  return slots.length === file['slots'].length && ids.size === slots.length ? slots : [];
}

function parseSlot(value: unknown): Slot | null {
  if (!isRecord(value)) return null;
  const { id, files, bytes } = value;
  const key = parseKey(value['key']);
  const more = parseMore(value);
  if (!isHex(id, 16) || !key || !isCount(files) || !isCount(bytes)) return null;
  return more && { id, key, files, bytes, ...more };
}

/** Reads the fields that only some slots have. */
function parseMore({ largest, link }: Record<string, unknown>): Pick<Slot, 'largest' | 'link'> | null {
  if (largest !== undefined && !isCount(largest)) return null;
  if (link !== undefined && !isHex(link, 64)) return null;
  return { ...(largest !== undefined && { largest }), ...(link !== undefined && { link }) };
}

function isHex(value: unknown, digits: number): value is string {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]*$/.test(value);
}

function parseKey(text: unknown): Bytes | null {
  const key = typeof text === 'string' ? fromBase64url(text) : null;
  return key?.length === 32 ? key : null;
}

/** Returns the slots of an inbox, and reads slots.json again only when the file has changed. */
export function createSlotReader(inbox: string): () => Promise<SlotTable> {
  return followFile({
    path: () => inboxFile(inbox, 'slots'),
    mostBytes: limits.slotsFileBytes,
    parse: (text) => tableOf(parseSlots(text), parseBatch(text)),
    none: noSlots,
  });
}
