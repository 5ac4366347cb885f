import { createHash } from 'node:crypto';
import { toHex } from './bytes.ts';
import { readFields, type Fields } from './fields.ts';
import { limits } from './limits.ts';
import { parsePlace } from './place.ts';
import { authorise, digestOf, keptProof, parseAuth, postPath } from './request.ts';
import { slotKeyAt } from './slot-key-at.ts';
import type { Bytes } from './types.ts';

// A parcel is an envelope with everything that a listener needs to post it while its client is not running. PROTOCOL.md "Parcels".

/** One place of a contact, with the right to post one envelope there: the parts of its x-cc-auth, and the check of the proof (32 bytes). */
export type Door = {
  readonly place: string;
  readonly nonce: Bytes;
  readonly tag: Bytes;
  readonly mac: Bytes;
  /** SHA-256 of the only x-cc-kept that proves that the envelope was stored. */
  readonly check: Bytes;
};

/** An envelope that a listener posts; `slot` is the id of the contact's slot here (16 hex digits), `notAfter` in ms since 1970, or 0. */
export type Parcel = {
  readonly slot: string;
  readonly notAfter: number;
  readonly doors: readonly Door[];
  readonly envelope: Bytes;
};

/** A listener's note about a taken parcel: when, after how many tries, where, by which proof, and the head of its request. */
export type Done = {
  readonly at: number;
  readonly tries: number;
  readonly place: string;
  readonly nonce: Bytes;
  /** 16 bytes. */
  readonly kept: Bytes;
  readonly head: string;
};

const version = 1;
const sizes = { nonce: 16, tag: 8, mac: 16, check: 32, kept: 16, sum: 16, slot: 8 };
const unit = limits.bucketBytes[0];

/** The largest file with a parcel, and the largest note that one was taken, in bytes. */
export const parcelBytes = 2048 + limits.bucketBytes[2];
export const doneBytes = 512 + limits.listenerHeaderBytes;

/** Writes a parcel. */
export function encodeParcel({ slot, notAfter, doors, envelope }: Parcel): Bytes {
  const written = doors.flatMap(({ place, nonce, tag, mac, check }) => [
    text8(place),
    nonce,
    tag,
    mac,
    check,
  ]);
  const head = [Buffer.from([version]), Buffer.from(slot, 'hex'), u64(notAfter), Buffer.from([doors.length])];
  return withSum([...head, ...written, Buffer.from([envelope.length / unit]), envelope]);
}

/** Reads a parcel; null for bytes that break a rule. */
export function decodeParcel(bytes: Bytes): Parcel | null {
  return readSummed(bytes, (fields) => {
    if (fields.u8() !== version) fields.reject();
    const slot = toHex(fields.take(sizes.slot));
    const notAfter = fields.u64();
    const count = fields.u8();
    if (count < 1 || count > limits.places) fields.reject();
    const doors = Array.from({ length: count }, () => readDoor(fields));
    if (new Set(doors.map(({ place }) => place)).size !== count) fields.reject();
    const length = fields.u8() * unit;
    if (!limits.bucketBytes.some((size) => size === length)) fields.reject();
    return { slot, notAfter, doors, envelope: fields.take(length) };
  });
}

function readDoor(fields: Fields): Door {
  const place = readPlace(fields);
  const { nonce, tag, mac, check } = sizes;
  return {
    place,
    nonce: fields.take(nonce),
    tag: fields.take(tag),
    mac: fields.take(mac),
    check: fields.take(check),
  };
}

/** Writes the note that a parcel was taken. */
export function encodeDone({ at, tries, place, nonce, kept, head }: Done): Bytes {
  const said = Buffer.from(head, 'latin1');
  const numbers = Buffer.alloc(6);
  numbers.writeUInt32BE(tries);
  numbers.writeUInt16BE(said.length, 4);
  const [count, length] = [numbers.subarray(0, 4), numbers.subarray(4)];
  return withSum([Buffer.from([version]), u64(at), count, text8(place), nonce, kept, length, said]);
}

/** Reads the note that a parcel was taken; null for bytes that break a rule. Its head is printable ASCII and line ends. */
export function decodeDone(bytes: Bytes): Done | null {
  return readSummed(bytes, (fields) => {
    if (fields.u8() !== version) fields.reject();
    const [at, tries, place] = [fields.u64(), fields.u32(), readPlace(fields)];
    const [nonce, kept] = [fields.take(sizes.nonce), fields.take(sizes.kept)];
    const length = fields.u16();
    if (tries === 0 || length > limits.listenerHeaderBytes) fields.reject();
    const head = Buffer.from(fields.take(length)).toString('latin1');
    if (!/^[\x20-\x7E\r\n]*$/u.test(head)) fields.reject();
    return { at, tries, place, nonce, kept, head };
  });
}

function readPlace(fields: Fields): string {
  const place = Buffer.from(fields.take(fields.u8())).toString('latin1');
  return parsePlace(place) ? place : fields.reject();
}

/** Makes the door for an envelope at one place; `slotKey` (32 bytes) is that of the address, `nonce` 16 random bytes. */
export function doorAt(place: string, slotKey: Bytes, { nonce, envelope }: Letter): Door {
  const key = slotKeyAt(place, slotKey);
  const { auth, kept } = papersOf(key, { nonce, envelope });
  const { tag, told: mac } = parseAuth(auth) ?? { tag: new Uint8Array(), told: new Uint8Array() };
  return { place, nonce, tag, mac, check: checkOf(Buffer.from(kept, 'base64url')) };
}

/** An envelope, and the nonce (16 bytes) of the request that carries it. */
type Letter = { readonly nonce: Bytes; readonly envelope: Bytes };

/** The x-cc-kept (22 characters) that proves that the envelope was stored at one of a contact's places. */
export function keptAt(place: string, slotKey: Bytes, letter: Letter): string {
  return papersOf(slotKeyAt(place, slotKey), letter).kept;
}

function papersOf(key: Bytes, { nonce, envelope }: Letter): { auth: string; kept: string } {
  const said = Buffer.from(nonce).toString('base64url');
  const post = { path: postPath(1), nonce: said, digest: digestOf(envelope) };
  return { auth: authorise(key, post), kept: keptProof(key, post, 1) };
}

/** The check of a proof: it tells whether an x-cc-kept is right, but cannot produce one. */
export function checkOf(kept: Uint8Array): Bytes {
  return new Uint8Array(createHash('sha256').update(kept).digest());
}

/** The x-cc-auth of a door. */
export function authOf({ nonce, tag, mac }: Door): string {
  return ['v1', ...[nonce, tag, mac].map((part) => Buffer.from(part).toString('base64url'))].join('.');
}

/**
 * The lane of an address with a slot key (32 bytes): mail to one person at one address goes in order. 32 hex digits, which do not reveal
 * the key and change with the address or the slot.
 */
export function laneOf(address: string, slotKey: Bytes): string {
  const hash = createHash('sha256').update('cryptochat/1 lane').update(slotKey).update(address);
  return hash.digest('hex').slice(0, 32);
}

function text8(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function sumOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest().subarray(0, sizes.sum);
}

function withSum(parts: readonly Uint8Array[]): Bytes {
  const bytes = Buffer.concat(parts);
  return new Uint8Array(Buffer.concat([bytes, sumOf(bytes)]));
}

/** Reads a file that ends in its checksum; null for a damaged one. */
function readSummed<Read>(bytes: Bytes, read: (fields: Fields) => Read): Read | null {
  const end = bytes.length - sizes.sum;
  if (end < 0 || Buffer.compare(sumOf(bytes.subarray(0, end)), bytes.subarray(end)) !== 0) return null;
  return readFields(bytes.subarray(0, end), read);
}
