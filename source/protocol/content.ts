import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import { concat, readRecord, reject, u16, u32, u64, u8, utf8 } from './bytes.ts';
import type { Reader, Rejected } from './bytes.ts';
import { decodeProfile, encodeProfile } from './profile.ts';
import type { Profile } from './profile.ts';
import { decodeRotate, encodeRotate } from './rotate.ts';
import type { Rotate } from './rotate.ts';

const version = 1;
const kinds = { text: 1, receipt: 2, hello: 3, profile: 4, rotate: 5, followed: 6 } as const;

/** The body of a content: what one person says to another inside the ratchet. PROTOCOL.md "Content". */
export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'receipt'; readonly seqs: readonly number[] }
  | { readonly kind: 'hello'; readonly proof: Bytes; readonly profile: Profile }
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'rotate'; readonly rotate: Rotate }
  | { readonly kind: 'followed'; readonly epoch: number };

/** The head of every content: id 16 bytes; seq 0 only for receipts; sentAt in ms since 1970. */
export type Head = {
  readonly id: Bytes;
  readonly seq: number;
  readonly ack: number;
  readonly sentAt: number;
};

/** A content as read: `unknown` is one that a newer version sent, with its head intact. */
export type Content = Head & { readonly body: Body | { readonly kind: 'unknown' } };

/** Writes a content. */
export function encodeContent(head: Head, body: Body): Bytes {
  return concat(
    u8(version),
    u8(kinds[body.kind]),
    head.id,
    u64(head.seq),
    u64(head.ack),
    u64(head.sentAt),
    encodeBody(body),
  );
}

function encodeBody(body: Body): Bytes {
  switch (body.kind) {
    case 'text':
      return utf8(body.text);
    case 'receipt':
      return concat(u16(body.seqs.length), ...body.seqs.map(u64));
    case 'hello':
      return concat(body.proof, encodeProfile(body.profile));
    case 'profile':
      return encodeProfile(body.profile);
    case 'rotate':
      return encodeRotate(body.rotate);
    case 'followed':
  }
  return u32(body.epoch);
}

/** Reads a content out of a decrypted ratchet message. */
export function decodeContent(bytes: Bytes): Content | Rejected {
  return readRecord(bytes, (reader) => {
    const foreign = reader.u8() !== version;
    const number = reader.u8();
    const head = { id: reader.take(16), seq: reader.u64(), ack: reader.u64(), sentAt: reader.u64() };
    const kind = (Object.keys(kinds) as Array<keyof typeof kinds>).find((name) => kinds[name] === number);
    if (foreign || !kind) {
      reader.rest();
      return { ...head, body: { kind: 'unknown' } };
    }
    if ((kind === 'receipt') !== (head.seq === 0)) reject('seq');
    return { ...head, body: readers[kind](reader, head) };
  });
}

const readers: { readonly [Kind in keyof typeof kinds]: (reader: Reader, head: Head) => Body } = {
  text(reader) {
    const bytes = reader.rest();
    if (bytes.length === 0 || bytes.length > limits.textBytes) reject('text length');
    return { kind: 'text', text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  },
  receipt(reader, head) {
    const count = reader.u16();
    if (count > limits.receiptSeqs) reject('receipt length');
    const seqs = Array.from({ length: count }, () => reader.u64());
    if (seqs.some((seq, at) => seq <= (seqs[at - 1] ?? head.ack))) reject('receipt order');
    return { kind: 'receipt', seqs };
  },
  hello: (reader) => ({ kind: 'hello', proof: reader.take(32), profile: decodeProfile(reader) }),
  profile: (reader) => ({ kind: 'profile', profile: decodeProfile(reader) }),
  rotate: (reader) => ({ kind: 'rotate', rotate: decodeRotate(reader) }),
  followed: (reader) => ({ kind: 'followed', epoch: reader.u32() }),
};
