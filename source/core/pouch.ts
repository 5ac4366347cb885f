import { fromBase64url, toBase64url } from './bytes.ts';
import { limits } from './limits.ts';
import { authorise, digestOf, parseAuth, type Auth, type Post } from './request.ts';
import type { Bytes } from './types.ts';

/** A pouch for one contact, base64url; the number of envelopes in it, and of those that did not fit. */
export type Packed = { readonly pouch: string; readonly envelopes: number; readonly left: number };

/** The content carried by hand: the envelopes for one slot, with the proof of their packer; or the blob (4096 bytes) of a link. */
export type Pouch =
  | {
      readonly kind: 'envelopes';
      readonly auth: Auth;
      readonly post: Post;
      readonly envelopes: readonly Bytes[];
    }
  | { readonly kind: 'link'; readonly blob: Bytes };

const firstLine = new TextEncoder().encode('cryptochat pouch 1\n');
const kinds = { envelopes: 1, link: 2 } as const;
const [unit] = limits.bucketBytes;
const path = '/pouch';
/** Where nonce, tag and MAC begin and end. */
const authParts = [
  [0, 16],
  [16, 24],
  [24, 40],
] as const;

/** Writes envelopes for the slot with this key (32 bytes); `nonce` is 16 random bytes. PROTOCOL.md §14. */
export function packEnvelopes(slotKey: Bytes, nonce: Bytes, envelopes: readonly Uint8Array[]): Bytes {
  const count = Uint8Array.of(envelopes.length >> 8, envelopes.length & 255);
  const body = concat(count, ...envelopes.flatMap((one) => [Uint8Array.of(one.length / unit), one]));
  const said = authorise(slotKey, { path, nonce: toBase64url(nonce), digest: digestOf(body) });
  const [, , tag = '', mac = ''] = said.split('.');
  const parts = [tag, mac].map((part) => fromBase64url(part) ?? new Uint8Array());
  return concat(firstLine, Uint8Array.of(kinds.envelopes), nonce, ...parts, body);
}

function concat(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

/** Writes the blob of a link. PROTOCOL.md §14. */
export function packBlob(blob: Uint8Array): Bytes {
  return concat(firstLine, Uint8Array.of(kinds.link), blob);
}

/** The size in bytes of a pouch with these envelopes. */
export function pouchLength(envelopes: ReadonlyArray<{ readonly length: number }>): number {
  return envelopes.reduce((sum, { length }) => sum + 1 + length, firstLine.length + 43);
}

/** Reads a pouch; null for anything else. The reader does not know yet whose slot it is for. PROTOCOL.md §14. */
export function readPouch(bytes: Uint8Array): Pouch | null {
  const begins = firstLine.every((byte, at) => bytes[at] === byte);
  if (!begins || bytes.length > limits.pouchBytes) return null;
  const rest = bytes.slice(firstLine.length + 1);
  const kind = bytes[firstLine.length];
  if (kind === kinds.link) return rest.length === unit ? { kind: 'link', blob: rest } : null;
  return kind === kinds.envelopes ? readEnvelopes(rest) : null;
}

function readEnvelopes(bytes: Bytes): Pouch | null {
  const [nonce, tag, mac] = authParts.map(([from, end]) => toBase64url(bytes.subarray(from, end)));
  const auth = parseAuth(`v1.${nonce}.${tag}.${mac}`);
  const body = bytes.subarray(40);
  const envelopes = auth && splitEnvelopes(body);
  if (!envelopes) return null;
  return { kind: 'envelopes', auth, post: { path, nonce: auth.nonce, digest: digestOf(body) }, envelopes };
}

function splitEnvelopes(body: Bytes): readonly Bytes[] | null {
  const [high = 0, low = 0] = body;
  const count = high * 256 + low;
  if (count === 0 || count > limits.pouchEnvelopes) return null;
  const envelopes: Bytes[] = [];
  let at = 2;
  while (envelopes.length < count) {
    const size = (body[at] ?? 0) * unit;
    const isBucket = limits.bucketBytes.some((bucket) => bucket === size);
    if (!isBucket || at + 1 + size > body.length) return null;
    envelopes.push(body.slice(at + 1, at + 1 + size));
    at += 1 + size;
  }
  return at === body.length ? envelopes : null;
}

const [begin, end] = ['-----BEGIN CRYPTOCHAT POUCH-----', '-----END CRYPTOCHAT POUCH-----'];
/** A pouch as text, for a channel that takes nothing else. */
export function pouchText(pouch: Uint8Array): string {
  const lines =
    Buffer.from(pouch)
      .toString('base64')
      .match(/.{1,64}/gu) ?? [];
  return `${[begin, ...lines, end].join('\n')}\n`;
}

/** The bytes of the first pouch in a text, quoted or not; null when there is none. A binary pouch is returned unchanged. */
export function pouchBytes(given: Uint8Array): Uint8Array | null {
  if (readPouch(given)) return given;
  const text = Buffer.from(given).toString('latin1');
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from + 1);
  if (from < 0 || to < 0) return null;
  const inner = text.slice(from + begin.length, to);
  const letters = inner.replaceAll(/^[>|\s]+/gmu, '').replaceAll(/\s/gu, '');
  if (!/^[A-Za-z\d+/]+={0,2}$/u.test(letters)) return null;
  return new Uint8Array(Buffer.from(letters, 'base64'));
}
